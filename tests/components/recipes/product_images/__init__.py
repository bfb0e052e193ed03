"""Tests of the recipe of product images."""
