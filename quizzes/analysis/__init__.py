"""Item analysis: how the questions of a quiz do their work, without anybody's name."""
