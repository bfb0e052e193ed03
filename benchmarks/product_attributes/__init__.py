"""Benchmarks: generators of rows on a real table, as the bar of a chain of smoothed conditionals was measured."""
