"""Tests: a person puts Production back, and the ledger and Prefect's page say so."""

import pytest

from components.core.errors import AtelierError, RegistryError, UnavailableError
from flows.evaluate import evaluate
from flows.lifecycle import lifecycle
from flows.promote import promote
from flows.rollback import rollback
from flows.tasks import read_config
from registry.aliases import PRODUCTION, aliases
from registry.ledger.store import history
from registry.status import status
from tests.flows.traces import end_line, page


@pytest.fixture
def served_twice(after_a_round: str) -> tuple[str, int, int]:
    """A toy of which a second version is in production by a person's order; its first one and that one."""
    first = int(status(read_config(after_a_round))["production"]["version"])
    other = never_served(after_a_round)
    promote(after_a_round, version=other, force=True, reason="a person likes it")
    assert aliases(after_a_round)[PRODUCTION] == other
    return after_a_round, first, other


def never_served(model: str) -> int:
    first = status(read_config(model))["production"]["version"]
    return min(
        int(version["version"]) for version in status(read_config(model))["versions"] if version["version"] != first
    )


def test_what_a_person_must_mend_is_not_tried_again(after_a_round: str) -> None:
    with pytest.raises(RegistryError, match="has no version 99") as refused:
        rollback(after_a_round, to=99, reason="a slip")
    assert not isinstance(refused.value, UnavailableError)


def test_a_rollback_to_what_was_never_in_production_is_refused(after_a_round: str) -> None:
    other = never_served(after_a_round)
    with pytest.raises(RegistryError, match=f"Version {other} of fruit was never in production, expected one that was"):
        rollback(after_a_round, to=other, reason="a slip")


def test_a_rollback_puts_back_what_was_there_before(served_twice: tuple[str, int, int]) -> None:
    model, first, other = served_twice
    assert rollback(model, reason="another person looked at it") == first
    assert rollback(model, reason="so did a third one") == first
    assert rollback(model, to=other, reason="and changed their minds") == other
    assert rollback(model, to=first, reason="and again") == first


def test_after_another_training_the_one_in_production_is_scored_anew_before_anything_is_promoted(
    after_a_round: str,
) -> None:
    before = aliases(after_a_round)[PRODUCTION]
    lifecycle(after_a_round, overrides=["train.stride=29"])
    with pytest.raises(AtelierError, match=r"in production has scores of other settings .* run `evaluate`"):
        promote(after_a_round)
    evaluate(after_a_round)
    assert before in {decision.version for decision in promote(after_a_round)}
    assert aliases(after_a_round)[PRODUCTION] == before


def test_a_rollback_says_when_nothing_was_tried(served_twice: tuple[str, int, int]) -> None:
    model, first, _ = served_twice
    assert rollback(model, reason="It draws apples.", smoke=False) == first
    assert "--no-smoke" in history(model)[-1].move.reason
    assert end_line(model) in page("fruit-rollback")


def test_a_rollback_to_what_is_in_production_adds_nothing(served_twice: tuple[str, int, int]) -> None:
    model, _, other = served_twice
    entries = len(history(model))
    assert rollback(model, to=other, reason="twice") == other
    assert len(history(model)) == entries
