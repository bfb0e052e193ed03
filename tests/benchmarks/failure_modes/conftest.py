"""Tests: the real comments, where they are available."""

from tests.components.recipes.failure_modes.conftest import failure_modes

__all__ = ["failure_modes"]
