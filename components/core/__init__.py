"""The words of the house: records, the recipe contract, config, selection, errors, seeds, files."""
