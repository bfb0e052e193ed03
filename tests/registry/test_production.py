"""Tests: the moves of `Production`, which are all or nothing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, event, update

from components.core.errors import RegistryError, TrainingError
from components.core.records import Decision, Verdict
from registry.aliases import aliases
from registry.client import connect
from registry.database import engine
from registry.ledger.entries import Action
from registry.ledger.store import history
from registry.ledger.verify import problem, verify
from registry.production import Promotion, move_production, unless_overtaken
from registry.rollback import roll_back
from registry.settings import settings
from registry.tables import MOVES
from tests.registry.conftest import MODEL, moves, promote, served

MakeVersions = Callable[[int], list[int]]


def test_a_promotion_moves_the_alias_and_is_written_to_the_ledger(make_versions: MakeVersions) -> None:
    first, second = make_versions(2)
    promote(first, "first", by="run-1")
    entry = promote(second, by="run-2", numbers={"kid": 0.01, "clip_score": float("nan")})
    assert aliases(MODEL) == {"Production": second}
    assert moves() == [("PROMOTE", None, first), ("PROMOTE", first, second)]
    assert history(MODEL)[-1] == entry
    assert (entry.move.by, entry.move.rule, entry.move.numbers) == (
        "run-2",
        "better",
        {"kid": 0.01, "clip_score": None},
    )
    assert verify(MODEL) == []
    assert problem(MODEL) is None


def test_a_promotion_is_checked_again_against_the_version_in_production_by_then(make_versions: MakeVersions) -> None:
    first, second, third = make_versions(3)
    promote(first)
    promote(second)
    decision = Decision(third, Verdict.PROMOTE, "better", "It beats the first one.")
    entry = move_production(MODEL, Promotion(third, "run-3"), unless_overtaken(decision, against=first))
    assert (entry.move.action, entry.move.rule, entry.move.by) == ("REFUSED", "overtaken", "run-3")
    assert f"Version {second} is in production by now, expected {first}" in entry.move.reason
    assert served() == second
    assert verify(MODEL) == []


def test_a_repeated_promotion_moves_nothing(make_versions: MakeVersions) -> None:
    (first,) = make_versions(1)
    assert promote(first) == promote(first)
    assert len(history(MODEL)) == 1


def test_only_one_of_several_racing_promotions_wins(make_versions: MakeVersions) -> None:
    versions = make_versions(4)

    def try_to_promote(version: int) -> bool:
        decision = Decision(version, Verdict.PROMOTE, "first", "Nothing was there.")
        return move_production(MODEL, Promotion(version), unless_overtaken(decision, None)).move.moved

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(try_to_promote, versions)) == 1
    assert sorted(entry.move.to_version or 0 for entry in history(MODEL)) == versions
    assert verify(MODEL) == []


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (TrainingError("It generates noise."), "It generates noise."),
        (ValueError("no shoe"), r"failed its smoke test \(ValueErr"),
    ],
)
def test_a_failed_smoke_test_refuses_the_version(make_versions: MakeVersions, error: Exception, message: str) -> None:
    first, second = make_versions(2)
    promote(first)

    def smoke(version: int) -> None:
        assert version == second
        raise error

    decision = Decision(second, Verdict.PROMOTE, "better", "Better.")
    with pytest.raises((RegistryError, TrainingError), match=message):
        move_production(MODEL, Promotion(second), lambda _: decision, smoke)
    assert served() == first
    assert moves()[-1] == ("REFUSED", first, second)
    assert history(MODEL)[-1].move.rule == "smoke"
    assert verify(MODEL) == []


def test_a_missing_version_is_refused_by_its_number(make_versions: MakeVersions) -> None:
    make_versions(1)
    with pytest.raises(RegistryError, match="toy has no version 99: `python -m flows status toy`"):
        promote(99)
    assert moves() == [("REFUSED", None, 99)]


def test_a_misspelled_alias_in_mlflow_is_refused(make_versions: MakeVersions) -> None:
    (first,) = make_versions(1)
    connect().set_registered_model_alias(MODEL, "production", str(first))
    with pytest.raises(RegistryError, match="has an alias 'production', expected 'Production' alone"):
        promote(first)
    assert served() is None


def test_an_alias_that_was_moved_by_hand_is_reported_and_written_to_the_ledger(make_versions: MakeVersions) -> None:
    first, second, third = make_versions(3)
    promote(first)
    promote(second)
    connect().set_registered_model_alias(MODEL, "Production", str(first))
    assert f"Version {first} of toy is in production, the ledger says version {second}" in str(problem(MODEL))
    promote(third, by="run-3")
    assert moves()[2:] == [("REPAIR", second, first), ("PROMOTE", first, third)]
    assert (problem(MODEL), verify(MODEL)) == (None, [])
    assert (
        roll_back(MODEL, None, "back").move.to_version == first
    )  # not to the version that was taken out of production by hand


def test_an_mlflow_that_stops_in_the_middle_of_a_move_moves_nothing(
    make_versions: MakeVersions, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = make_versions(2)
    promote(first)
    decision = Decision(second, Verdict.PROMOTE, "better", "Better.")
    with (
        monkeypatch.context() as environment,
        pytest.raises(RegistryError, match=r"^MLflow does not answer at http://127.0.0.1:9: start it"),
    ):
        move_production(
            MODEL,
            Promotion(second),
            lambda _: decision,
            lambda _: environment.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9"),
        )
    assert served() == first
    assert "has begun and not ended" in str(problem(MODEL))
    promote(second)
    assert moves()[1:] == [("REFUSED", first, second), ("PROMOTE", first, second)]
    assert (problem(MODEL), verify(MODEL)) == (None, [])


def test_a_full_disk_is_one_sentence_and_moves_nothing(make_versions: MakeVersions) -> None:
    first, second = make_versions(2)
    promote(first)
    database = engine(settings().database_url)

    def fill(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    event.listen(database, "begin", fill)
    long = Decision(second, Verdict.PROMOTE, "better", "Better. " * 2000)
    with pytest.raises(
        RegistryError, match=r"^The ledger of toy cannot be written \(database or disk is full\): check "
    ):
        move_production(MODEL, Promotion(second), lambda _: long)
    event.remove(database, "begin", fill)
    database.dispose()
    assert served() == first
    assert (problem(MODEL), verify(MODEL)) == (None, [])


def test_an_edited_ledger_stops_all_moves_in_one_sentence(make_versions: MakeVersions) -> None:
    first, second = make_versions(2)
    promote(first)
    with engine(settings().database_url).begin() as connection:
        connection.execute(update(MOVES).values(reason="It was always good."))
    for move in (lambda: promote(second), lambda: roll_back(MODEL, second, "why")):
        with pytest.raises(
            RegistryError, match=r"^The ledger of toy was altered, nothing is moved. Entry 1: found hash"
        ):
            move()
    assert served() == first
    assert [entry.move.action for entry in history(MODEL)] == [Action.PROMOTE]
