"""Models in which terms have values: arithmetics, jets, random worlds and the one interpreter."""
