"""Tests: the search for versions."""

from collections.abc import Callable

from registry.search import all_versions
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
