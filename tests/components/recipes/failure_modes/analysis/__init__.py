"""Tests of the analysis of classifiers of comments."""
