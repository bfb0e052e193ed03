"""Benchmarks: classifiers of maintenance comments, on real data and by their latency."""
