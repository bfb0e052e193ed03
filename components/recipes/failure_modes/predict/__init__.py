"""Failure modes: a loaded version, which classifies comments."""
