"""Stories: a catalog, dated steps and expected results in one file, played through the real services. See README.md."""
