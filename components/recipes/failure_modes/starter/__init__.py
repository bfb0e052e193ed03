"""Failure modes: comments that the project invents, for the model that works without any data."""
