"""Tests: where the YAML requires approval, nothing is promoted without it."""

from collections.abc import Mapping
from typing import Any, cast

import pytest
from prefect.client.orchestration import get_client
from prefect.exceptions import Pause
from prefect.flow_engine import run_flow
from prefect.flow_runs import resume_flow_run

from components.core.records import Decision, Verdict
from flows.promote import promote
from registry.aliases import PRODUCTION, aliases
from registry.client import connect
from registry.ledger.entries import Action
from registry.ledger.store import history
from registry.tags import ADAPTER
from registry.version_record import kept

WANTS_APPROVAL = ["promote.approval=true"]


def promote_with_answer(model: str, answer: Mapping[str, Any]) -> list[Decision]:
    """Run the deployed flow until it suspends, answer as Prefect's page does, and resume it as a worker does."""
    parameters = {"model": model, "overrides": WANTS_APPROVAL}
    with get_client(sync_client=True) as client:
        flow_id = client.create_flow(promote)
        deployment = client.create_deployment(flow_id, "fruit")
        run = client.create_flow_run_from_deployment(deployment, parameters=parameters)
        with pytest.raises(Pause):
            run_flow(promote, run, parameters)
        assert client.read_flow_run(run.id).state_name == "Suspended"
        resume_flow_run(run.id, run_input=dict(answer))
        return cast(list[Decision], run_flow(promote, client.read_flow_run(run.id), parameters))


def test_a_promotion_that_nobody_approved_is_held(scored: str) -> None:
    (held,) = [d for d in promote(scored, overrides=WANTS_APPROVAL) if d.rule == "approval"]
    assert held.verdict is Verdict.HOLD
    assert "promote fruit --approve --reason" in held.reason
    assert PRODUCTION not in aliases(scored)


def test_a_deployed_run_is_suspended_until_a_person_answers_and_the_ledger_keeps_a_rejection(scored: str) -> None:
    decisions = promote_with_answer(scored, {"approve": False, "comment": "It is the wrong plum."})
    (rejected,) = [decision for decision in decisions if decision.rule == "rejected"]
    assert rejected.verdict is Verdict.REJECT
    assert rejected.reason == "Rejected by a person: It is the wrong plum."
    assert PRODUCTION not in aliases(scored)
    assert history(scored)[-1].move.action == Action.REFUSED


def test_an_approved_version_is_promoted_and_the_ledger_keeps_comment_scores_and_adapter(scored: str) -> None:
    decisions = promote_with_answer(scored, {"approve": True, "comment": "I looked at it."})
    (promoted,) = [decision for decision in decisions if decision.verdict is Verdict.PROMOTE]
    assert aliases(scored)[PRODUCTION] == promoted.version
    (entry,) = history(scored)
    assert entry.move.reason.endswith("Approved by a person: I looked at it.")
    assert set(entry.move.numbers) == {"accuracy", "accuracy.low", "accuracy.high"}
    assert entry.move.adapter == kept(connect().get_model_version(scored, str(promoted.version)))[ADAPTER]
    assert entry.move.by
