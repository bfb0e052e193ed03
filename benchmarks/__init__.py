"""Benchmarks: measurements of the project's speed claims, against the usual way of doing the same, in one run."""
