"""Case banks of the lab: facts and advice as data, truth by a rule function, words for each language."""
