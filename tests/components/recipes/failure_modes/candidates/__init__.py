"""Tests of the candidates that classify comments."""
