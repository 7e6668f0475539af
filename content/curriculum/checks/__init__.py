"""What can be checked of a module by its text alone (the rules: docs/style/, docs/editor.md). No database."""
