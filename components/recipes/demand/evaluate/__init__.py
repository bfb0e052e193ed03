"""Demand: scores candidates on the folds of a split, side by side on the same products."""
