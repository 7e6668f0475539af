"""From dated facts to obligations: what is required, fulfilled and valid. Pure: no row, no clock, no query (S10)."""
