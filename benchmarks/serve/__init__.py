"""Benchmarks: the service with pictures of the starter, against a plain endpoint that users write."""
