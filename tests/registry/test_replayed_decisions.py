"""Tests: kept decisions give the same answers again, and edited ones are found."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from components.core.retraining import RetrainingAction, RetrainingFacts
from registry.database import engine
from registry.replayed_decisions import replay_decisions
from registry.settings import settings as atelier
from registry.tables import RETRAININGS
from tests.registry.test_retrainings import FACTS, keep

ANY_FACTS = st.builds(
    RetrainingFacts,
    drift=st.sampled_from(["STABLE", "WATCH", "DRIFT", "TOO FEW", "NO LOOK", ""]),
    reason=st.text(),
    days_since_training=st.none() | st.floats(0, 1e5),
    new_rows=st.integers(0, 10**9),
    hour=st.integers(0, 23),
    gpu_hours_used=st.floats(0, 1e5),
    challenger=st.sampled_from(["", "Version 3"]),
    running=st.sampled_from(["", "process 7"]),
    without_benefit=st.integers(0, 5),
    complete=st.booleans(),
    asked=st.booleans(),
)


def edit(**values: Any) -> None:
    with engine(atelier().database_url).begin() as connection:
        connection.execute(update(RETRAININGS).values(**values))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(ANY_FACTS)
def test_any_decision_gives_the_same_answer_again(bare_home: Path, facts: RetrainingFacts) -> None:
    kept = keep(facts)
    replayed = replay_decisions("toy")[-1]
    assert (replayed.kept, replayed.same, replayed.problem) == (kept, True, "")


def test_facts_that_were_edited_give_another_answer(bare_home: Path) -> None:
    keep()
    edit(facts=json.dumps({**json.loads(keep(model="other").facts), "new_rows": 3}))
    (found,) = replay_decisions("toy")
    assert found.again is not None
    assert (found.same, found.again.action, found.again.rule) == (False, RetrainingAction.SKIP, "nothing-new")
    assert found.problem == (
        "Decision 1 of toy was START (drift): Drift: colour changed. Its inputs now give SKIP (nothing-new): 3 new "
        "rows, 50 are needed to learn from."
    )


@pytest.mark.parametrize(
    "values", [{"time": 2.0}, {"reason": ""}, {"key": "k2"}, {"report": "r2"}, {"seal": "0"}], ids=str
)
def test_an_edit_that_does_not_change_the_answer_is_found_by_the_seal(bare_home: Path, values: dict[str, Any]) -> None:
    keep()
    edit(**values)
    (found,) = replay_decisions("toy")
    assert not found.same
    assert "was edited by hand" in found.problem


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"facts": "{"}, "facts"),
        ({"facts": "[]"}, "facts"),
        ({"facts": "{}"}, "facts"),
        ({"facts": json.dumps({"drift": "DRIFT", "weather": 1})}, "facts"),
        ({"facts": b"\xff\xfe"}, "facts"),
        ({"policy": "{}"}, "policy"),
        ({"policy": json.dumps({"retrain": {"cooldown": 3}})}, "policy"),
        ({"policy": "null"}, "policy"),
    ],
    ids=str,
)
def test_inputs_that_cannot_be_read_are_named_in_one_sentence(
    bare_home: Path, values: dict[str, Any], what: str
) -> None:
    keep()
    edit(**values)
    (found,) = replay_decisions("toy")
    assert (found.same, found.again) == (False, None)
    assert found.problem.startswith(f"The {what} of decision 1 of toy cannot be read (")
    assert found.problem.endswith("expected what was kept: put the row back from a copy of the database.")
    assert "\n" not in found.problem


def test_a_policy_of_an_earlier_release_has_defaults_for_later_fields(bare_home: Path) -> None:
    kept = keep()
    policy = json.loads(kept.policy)
    del policy["retrain"]["fruitless"]
    edit(policy=json.dumps(policy))
    (found,) = replay_decisions("toy")
    assert found.again is not None
    assert found.again.sentence == kept.sentence


def test_more_facts_than_this_release_knows_are_not_ignored(bare_home: Path) -> None:
    keep(replace(FACTS, asked=True))
    edit(facts=json.dumps({**json.loads(keep().facts), "moon": "full"}))
    assert "unknown field moon" in replay_decisions("toy")[0].problem
