"""What the training brings about, in figures about groups of ten or more; nobody's own result."""
