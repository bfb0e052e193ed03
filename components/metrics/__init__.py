"""Metrics: pure scores, one file a family. Their facts are the rows of components/core/metric_table.py."""
