"""Demand: a loaded version, which forecasts."""
