"""Tests of the benchmarks of classifiers of comments."""
