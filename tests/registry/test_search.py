"""Tests: the search for versions."""

from collections.abc import Callable
from pathlib import Path

import pytest

from components.core.errors import RegistryError
from registry.search import all_versions, find_version
from tests.registry.conftest import MODEL, promote

MakeVersion = Callable[..., int]


def test_the_newest_versions_come_first_with_their_aliases(make_version: MakeVersion) -> None:
    numbers = [make_version(step) for step in (10, 20, 30)]
    promote(numbers[1])
    found = all_versions(MODEL)
    assert [int(version.version) for version in found] == numbers[::-1]
    assert [version.aliases for version in found] == [[], ["Production"], []]
    assert len(all_versions(MODEL, limit=2)) == 2
    assert all_versions("nobody") == []


def test_without_a_version_of_an_alias_the_error_says_what_makes_one(home: Path, make_version: MakeVersion) -> None:
    with pytest.raises(RegistryError, match=r"No version of nobody is Production yet.*run `python -m flows lifecycle"):
        find_version("nobody")
    make_version(10)
    with pytest.raises(RegistryError, match=f"`python -m flows promote {MODEL}` decides on them"):
        find_version(MODEL)
