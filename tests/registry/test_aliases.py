"""Tests: the aliases Production and Challenger."""

from collections.abc import Callable
from pathlib import Path

import pytest

from components.core.errors import RegistryError, UsageError
from registry.aliases import aliases, checked_alias, production, set_challenger
from tests.registry.conftest import MODEL, promote

MakeVersions = Callable[[int], list[int]]


def test_nothing_is_in_production_before_the_first_promotion(home: Path, make_versions: MakeVersions) -> None:
    assert production(MODEL) is None
    assert aliases(MODEL) == {}
    make_versions(1)
    assert production(MODEL) is None


def test_a_challenger_is_set_and_removed_next_to_production(make_versions: MakeVersions) -> None:
    first, second = make_versions(2)
    promote(first)
    set_challenger(MODEL, second)
    assert aliases(MODEL) == {"Production": first, "Challenger": second}
    set_challenger(MODEL, None)
    set_challenger(MODEL, None)
    assert aliases(MODEL) == {"Production": first}
    with pytest.raises(RegistryError, match="toy has no version 9"):
        set_challenger(MODEL, 9)


@pytest.mark.parametrize("alias", ["production", "PRODUCTION", " Production"])
def test_a_misspelled_alias_is_refused_with_the_correct_spelling(alias: str) -> None:
    with pytest.raises(UsageError, match=f"No alias is called {alias!r}, expected Production."):
        checked_alias(alias)


def test_an_unknown_alias_is_refused_with_the_known_ones() -> None:
    assert (checked_alias("Production"), checked_alias("Challenger")) == ("Production", "Challenger")
    with pytest.raises(UsageError, match="No alias is called 'best', expected Production or Challenger"):
        checked_alias("best")
