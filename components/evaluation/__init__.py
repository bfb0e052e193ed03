"""Evaluation: what all recipes share for scoring checkpoints: the loop, paired comparisons, the cache, the report."""
