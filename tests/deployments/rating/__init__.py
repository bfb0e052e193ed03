"""Tests: the rating page."""
