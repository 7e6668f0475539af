"""The voluntary survey about a module: answers are added to counts, and nothing leads from them back to a person."""
