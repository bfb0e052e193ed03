"""Tests: what a promotion brought is measured against the version before, on the same examples."""

import json

import pytest

from flows.lifecycle import lifecycle
from flows.tasks import read_config
from registry.benefits import benefits
from registry.evaluations import read_comparisons
from registry.ledger.store import history, last_move
from registry.ledger.verify import verify
from registry.retrainings import last_retraining, outcome_of
from tests.flows.command_line import run

FIRST = ["train.steps=1", "promote.at_least={accuracy: 0.5}"]  # a threshold of 60 g, below a third of the plums


@pytest.mark.usefixtures("command_environment")
def test_a_second_promotion_is_compared_in_pairs_with_the_version_before_and_history_shows_it(toy: str) -> None:
    lifecycle(toy, overrides=FIRST)
    lifecycle(toy)
    last = last_move(history(toy))
    assert last is not None
    found = benefits(toy)[last.entry]
    assert (found["against"], found["version"], found["clear"]) == ("1", last.move.to_version, True)
    (score,) = found["scores"]
    config = read_config(toy)
    (pair,) = [
        one
        for one in read_comparisons(toy, config.evaluation_digest(found["snapshot"]))
        if abs(one.difference) == pytest.approx(score["difference"]) and one.n == score["n"] and not one.part
    ][:1]
    assert score["method"] == pair.method == "paired bootstrap"
    assert (outcome_of(last_retraining(toy)) or {})["benefit"] is True  # type: ignore[arg-type]
    assert verify(toy) == []

    entries = json.loads(run("history", toy, "--json").stdout)["entries"]
    assert [entry["benefit"]["against"] for entry in entries] == ["base", "1"]
    printed = " ".join(run("history", toy).stdout.split())
    assert "Retraining: START (asked), " in printed
