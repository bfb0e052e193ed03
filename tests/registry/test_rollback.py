"""Tests: a rollback puts an earlier version back in production."""

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


def test_a_rollback_goes_to_the_version_before(make_versions: MakeVersions) -> None:
    first, second = make_versions(2)
    promote(first)
    promote(second)
    entry = roll_back(MODEL, None, "It generates three shoes.", by="run-3")
    assert served() == first
    assert (entry.move.from_version, entry.move.to_version, entry.move.action) == (second, first, "ROLLBACK")
    assert entry.move.reason == "It generates three shoes."


def test_a_second_rollback_changes_nothing_and_a_number_goes_further_back(make_versions: MakeVersions) -> None:
    versions = make_versions(3)
    for version in versions:
        promote(version)
    once = roll_back(MODEL, None, "It generates three shoes.", by="ann")
    assert roll_back(MODEL, None, "It generates three shoes!", by="bob") == once
    assert roll_back(MODEL, versions[1], "why") == once
    assert (served(), len(history(MODEL))) == (versions[1], 4)
    roll_back(MODEL, versions[0], "It generates two.", by="ann")
    assert served() == versions[0]


def test_a_rollback_skips_deleted_versions_and_says_so(make_versions: MakeVersions) -> None:
    first, second, third = make_versions(3)
    for version in (first, second, third):
        promote(version)
    connect().delete_model_version(MODEL, str(second))
    entry = roll_back(MODEL, None, "It generates three shoes.")
    assert served() == first
    assert entry.move.reason == f"It generates three shoes. Version {second}, which was there before, is deleted."


def test_a_rollback_from_a_deleted_version_goes_to_the_version_before_it(make_versions: MakeVersions) -> None:
    first, second = make_versions(2)
    promote(first)
    promote(second)
    connect().delete_model_version(MODEL, str(second))
    sentence = f"Nothing of {MODEL} is in production, the ledger says version {second}"
    assert (problem(MODEL) or "").startswith(sentence)
    roll_back(MODEL, None, "It was deleted.")
    assert served() == first
    assert moves()[2:] == [("REPAIR", second, None), ("ROLLBACK", None, first)]
    assert problem(MODEL) is None


def test_a_rollback_without_an_earlier_version_is_refused(make_versions: MakeVersions) -> None:
    (first,) = make_versions(1)
    promote(first)
    with pytest.raises(RegistryError, match="No earlier version of toy was in production, expected one"):
        roll_back(MODEL, None, "why not")
    assert moves()[-1] == ("REFUSED", first, None)


def test_a_rollback_to_a_version_that_was_never_in_production_is_refused(make_versions: MakeVersions) -> None:
    first, second = make_versions(2)
    promote(first)
    with pytest.raises(RegistryError, match="Version 2 of toy was never in production, expected one that was"):
        roll_back(MODEL, second, "why not")
    assert served() == first
    assert moves()[-1] == ("REFUSED", first, second)


def test_a_rollback_of_an_unknown_model_is_an_error(home: Path) -> None:
    with pytest.raises(RegistryError, match="nobody has no version yet"):
        roll_back("nobody", 3, "why not")


def test_an_alias_of_a_missing_version_is_reported_and_a_rollback_repairs_it(make_versions: MakeVersions) -> None:
    first, second = make_versions(2)
    promote(first)
    promote(second)
    with create_engine(tracking_uri()).begin() as database:  # MLflow's own deletion deletes the alias too
        for table in ("model_version_tags", "model_versions"):
            database.execute(text(f"DELETE FROM {table} WHERE name = '{MODEL}' AND version = {second}"))
    sentence = f"Production of toy points to version {second}, which does not exist"
    assert sentence in str(problem(MODEL))
    assert sentence in str(status(toy_config())["problem"])
    assert [(remark.part, remark.alarm) for remark in check(MODEL).remarks] == [("alias", True), ("weights", True)]
    assert roll_back(MODEL, None, "It is gone.").move.to_version == first
    assert check(MODEL).remarks[1:] == ()  # the versions of these tests have no files
