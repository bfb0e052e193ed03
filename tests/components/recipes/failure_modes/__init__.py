"""Tests of the recipe of failure modes."""
