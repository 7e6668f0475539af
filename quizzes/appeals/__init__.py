"""Appeals against a question, and keys that were found wrong."""
