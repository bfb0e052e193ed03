"""Demand: the series that the project draws itself."""
