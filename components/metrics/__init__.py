"""Metrics: scores as pure functions, one file per family. components/core/metric_table.py describes them."""
