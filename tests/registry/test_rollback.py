"""Tests: Production goes back to where it was, and nowhere else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from components.core.errors import RegistryError
from registry.client import connect
from registry.ledger.store import history
from registry.ledger.verify import problem
from registry.rollback import roll_back
from registry.settings import tracking_uri
from registry.status import status
from registry.verify_model import check
from tests.registry.conftest import MODEL, moves, promote, served
from tests.registry.toy_recipe import toy_config

MakeVersions = Callable[[int], list[int]]


def test_a_rollback_goes_to_what_was_there_before(make_versions: MakeVersions) -> None:
    first, second = make_versions(2)
    promote(first)
    promote(second)
    entry = roll_back(MODEL, None, "It draws three shoes.", by="run-3")
    assert served() == first
    assert (entry.move.from_version, entry.move.to_version, entry.move.action) == (second, first, "ROLLBACK")
    assert entry.move.reason == "It draws three shoes."


def test_who_asks_for_a_rollback_twice_goes_back_once_and_further_by_name(make_versions: MakeVersions) -> None:
    versions = make_versions(3)
    for version in versions:
        promote(version)
    once = roll_back(MODEL, None, "It draws three shoes.", by="ann")
    assert roll_back(MODEL, None, "It draws three shoes!", by="bob") == once
    assert roll_back(MODEL, versions[1], "why") == once
    assert (served(), len(history(MODEL))) == (versions[1], 4)
    roll_back(MODEL, versions[0], "It draws two.", by="ann")
    assert served() == versions[0]


def test_a_rollback_passes_over_deleted_versions_and_says_so(make_versions: MakeVersions) -> None:
    first, second, third = make_versions(3)
    for version in (first, second, third):
        promote(version)
    connect().delete_model_version(MODEL, str(second))
    entry = roll_back(MODEL, None, "It draws three shoes.")
    assert served() == first
    assert entry.move.reason == f"It draws three shoes. Version {second}, which was there before, is deleted."


def test_a_rollback_from_a_deleted_version_goes_to_the_one_before(make_versions: MakeVersions) -> None:
    first, second = make_versions(2)
    promote(first)
    promote(second)
    connect().delete_model_version(MODEL, str(second))
    said = f"Nothing of {MODEL} is in production, the ledger says version {second}"
    assert (problem(MODEL) or "").startswith(said)
    roll_back(MODEL, None, "It was deleted.")
    assert served() == first
    assert moves()[2:] == [("REPAIR", second, None), ("ROLLBACK", None, first)]
    assert problem(MODEL) is None


def test_a_rollback_with_nothing_to_go_back_to_says_so(make_versions: MakeVersions) -> None:
    (first,) = make_versions(1)
    promote(first)
    with pytest.raises(RegistryError, match="No earlier version of toy was in production, expected one"):
        roll_back(MODEL, None, "why not")
    assert moves()[-1] == ("REFUSED", first, None)


def test_a_rollback_goes_to_no_version_that_was_never_in_production(make_versions: MakeVersions) -> None:
    first, second = make_versions(2)
    promote(first)
    with pytest.raises(RegistryError, match="Version 2 of toy was never in production, expected one that was"):
        roll_back(MODEL, second, "why not")
    assert served() == first
    assert moves()[-1] == ("REFUSED", first, second)


def test_a_rollback_of_a_model_that_never_was_says_so(home: Path) -> None:
    with pytest.raises(RegistryError, match="nobody has no version yet"):
        roll_back("nobody", 3, "why not")


def test_an_alias_that_points_to_nothing_is_told_and_a_rollback_mends_it(make_versions: MakeVersions) -> None:
    first, second = make_versions(2)
    promote(first)
    promote(second)
    with create_engine(tracking_uri()).begin() as database:  # MLflow's own deletion takes the alias with it
        for table in ("model_version_tags", "model_versions"):
            database.execute(text(f"DELETE FROM {table} WHERE name = '{MODEL}' AND version = {second}"))
    told = f"Production of toy points to version {second}, which is not there"
    assert told in str(problem(MODEL))
    assert told in str(status(toy_config())["problem"])
    assert [(remark.part, remark.alarm) for remark in check(MODEL).remarks] == [("alias", True), ("weights", True)]
    assert roll_back(MODEL, None, "It is gone.").move.to_version == first
    assert check(MODEL).remarks[1:] == ()  # a version without files is what these tests make
