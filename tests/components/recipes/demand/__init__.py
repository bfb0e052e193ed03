"""Tests of the recipe of demand."""
