"""Evaluation: what every recipe shares when it scores checkpoints: comparisons, caches, the report."""
