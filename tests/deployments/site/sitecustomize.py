"""Tests: Python imports this file when it starts, if its folder is in PYTHONPATH: all processes know the slow toy."""

from components.recipes import RECIPES

RECIPES["toy"] = "tests.deployments.slow_toy"
