"""Tests: the toy recipe, which fails when outputs are generated again."""

from dataclasses import replace
from typing import Any

from components.core.errors import BaseModelError
from components.core.monitored import Regenerated
from tests import toys


def regenerate(*_: Any) -> Regenerated:
    raise BaseModelError("The base model is gone", act="put it back")


RECIPE = replace(toys.RECIPE, regenerate=regenerate)
