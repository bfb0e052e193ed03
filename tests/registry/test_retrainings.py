"""Tests: decisions on retraining are kept with their inputs, in their order, and get an outcome later."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from components.core.errors import RegistryError
from components.core.retraining import RetrainingDecision, RetrainingFacts, RetrainingPolicy, decide_retraining
from registry.retrainings import (
    Asked,
    Retraining,
    add_retraining,
    last_retraining,
    outcome_of,
    retrainings,
    seal_of,
    write_outcome,
)

FACTS = RetrainingFacts("DRIFT", "colour changed", days_since_training=30.1, new_rows=400, hour=3)
POLICY = {"retrain": RetrainingPolicy().model_dump(mode="json"), "monitor": {}}


def keep(
    facts: RetrainingFacts = FACTS, time: float = 1e9 + 0.1, model: str = "toy", reason: str = "drift"
) -> Retraining:
    decision = decide_retraining(facts, RetrainingPolicy())
    return add_retraining(Asked(model, time, reason, "r1" if reason == "drift" else "", "k1"), facts, POLICY, decision)


def finish(retraining: Retraining, benefit: bool) -> None:
    write_outcome(retraining, {"versions": [1], "promoted": 1 if benefit else None, "entry": None, "benefit": benefit})


def test_decisions_are_read_as_they_were_kept_oldest_first(bare_home: Path) -> None:
    kept = [keep(time=time) for time in (3.0, 1.0, 2.0)]
    keep(model="other")
    assert retrainings("toy") == kept
    assert retrainings("toy", newest=2) == kept[1:]
    assert last_retraining("toy") == kept[-1]
    assert last_retraining("none") is None


def test_an_outcome_does_not_change_what_is_sealed(bare_home: Path) -> None:
    kept = keep()
    assert outcome_of(kept) is None
    write_outcome(kept, {"versions": [3], "promoted": 3})
    (found,) = retrainings("toy")
    assert outcome_of(found) == {"versions": [3], "promoted": 3}
    assert found.seal == kept.seal == seal_of(asdict(found))
    assert json.loads(found.facts) == json.loads(json.dumps(asdict(FACTS)))


def test_long_sentences_of_any_language_are_kept(bare_home: Path) -> None:
    decision = RetrainingDecision(decide_retraining(FACTS, RetrainingPolicy()).action, "drift", "größer 靴 " * 2_000)
    add_retraining(Asked("toy", 1.0, "", "", "k"), FACTS, POLICY, decision)
    assert retrainings("toy")[0].sentence == decision.sentence


def test_a_database_that_does_not_answer_is_named(bare_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATELIER_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(RegistryError, match="ATELIER_DATABASE_URL cannot be opened"):
        retrainings("toy")


def test_decisions_are_kept_in_postgresql_too(
    bare_home: Path, new_postgresql: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATELIER_DATABASE_URL", new_postgresql())
    first, second = keep(time=1.25), keep(time=2.5)
    finish(second, benefit=True)
    found = retrainings("toy")
    assert [one.entry for one in found] == [first.entry, second.entry]
    assert found[0] == first
    assert all(seal_of(asdict(one)) == one.seal for one in found)
    assert (outcome_of(found[1]) or {})["benefit"] is True
