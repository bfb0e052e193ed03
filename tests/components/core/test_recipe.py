"""Tests: the functions of every recipe have the parameters of their Protocols, although they are imported lazily."""

import inspect
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any, get_args, get_type_hints

import pytest

from components.core.lazy import lazy, resolved
from components.core.recipe import Export, Golden, Recipe
from components.recipes import RECIPES, get_recipe
from tests import ROOT, toys
from tests.flows import monitored_toys

KINDS = {**{name: get_recipe(name) for name in RECIPES}, "toy": toys.RECIPE, "monitored toy": monitored_toys.RECIPE}


def functions_of(record: Recipe | Golden) -> Iterator[tuple[str, Callable[..., Any], Any]]:
    """Yield name, function and Protocol of each field that has a Protocol as its type, and of which it has one."""
    hints = get_type_hints(type(record)).items()
    for name, kind in ((name, kind) for name, hint in hints for kind in (hint, *get_args(hint))):
        if getattr(kind, "_is_protocol", False) and callable(getattr(record, name)):
            yield name, getattr(record, name), kind


def parameters_of(function: Callable[..., Any]) -> list[str]:
    return [name for name in inspect.signature(function).parameters if name != "self"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_function_has_the_parameters_of_its_protocol(kind: str) -> None:
    recipe = KINDS[kind]
    found = [*functions_of(recipe), *functions_of(recipe.golden)]
    found += [(name, export, Export) for name, export in recipe.exports.items()]
    assert {"train", "evaluate", "load", "make", "check"} <= {name for name, _, _ in found}
    for name, function, protocol in found:
        expected = parameters_of(protocol.__call__)
        without_start = [parameter for parameter in expected if parameter != "start"]  # few recipes use it
        assert parameters_of(resolved(function)) in (expected, without_start), name


@pytest.mark.parametrize("kind", KINDS)
def test_the_shown_scores_are_scores_of_the_recipe(kind: str) -> None:
    assert KINDS[kind].shown
    assert set(KINDS[kind].shown) <= KINDS[kind].metrics.keys()


def test_a_lazy_function_is_imported_when_it_is_called() -> None:
    add: Callable[[int, int], int] = lazy("operator:add")
    assert add(2, 3) == 5


def test_importing_every_recipe_loads_no_torch() -> None:
    program = (
        "import sys; from components.recipes import RECIPES, get_recipe; [get_recipe(name) for name in RECIPES]; "
        "sys.exit('torch' in sys.modules or 'mlflow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
