"""The question bank and the files of other platforms: what can be taken or given, and a preview before anything is."""
