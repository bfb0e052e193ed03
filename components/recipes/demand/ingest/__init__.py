"""Demand: from the rows of a table to series."""
