"""Benchmarks: what the project claims to be quick at, measured against how it is usually done, in one run."""
