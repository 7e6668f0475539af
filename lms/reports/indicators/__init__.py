"""The register of indicators, who falls into which band of them, and what was published of that."""
