"""Drift: how much the data of a model has changed, and what that means. Pure functions of columns and scores."""
