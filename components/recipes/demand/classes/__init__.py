"""Demand: what kind of demand a series is."""
