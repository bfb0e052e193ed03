"""Tests of the benchmark of generators of rows."""
