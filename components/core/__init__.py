"""Core: what every other room imports: records, the recipe contract, config, selection, errors, seeds, files."""
