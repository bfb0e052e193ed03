"""Tests of the recipe product_attributes."""
