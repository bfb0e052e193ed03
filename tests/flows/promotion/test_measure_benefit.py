"""Tests: what a promotion brought is measured against the version before, on the same examples."""

import json

import pytest

from flows.promote import promote
from flows.tasks import read_config
from registry.benefits import benefits
from registry.evaluations import read_comparisons
from registry.ledger.store import history
from registry.ledger.verify import verify
from tests.flows.command_line import run


@pytest.mark.usefixtures("command_environment")
def test_each_promotion_is_compared_in_pairs_with_the_version_before_and_history_shows_it(scored: str) -> None:
    promote(scored, version=1, force=True, reason="a try")
    promote(scored)
    first, second = [entry for entry in history(scored) if entry.move.moved]
    known = benefits(scored)
    assert (known[first.entry]["against"], known[first.entry]["version"]) == ("base", 1)
    found = known[second.entry]
    assert (found["against"], found["version"], found["clear"]) == ("1", second.move.to_version, True)
    (score,) = found["scores"]
    config = read_config(scored)
    measured = [
        (one.method, one.n, pytest.approx(abs(one.difference)))
        for one in read_comparisons(scored, config.evaluation_digest(found["snapshot"]))
        if one.metric == score["score"] and not one.part
    ]
    assert score["method"] == "paired bootstrap"
    assert (score["method"], score["n"], score["difference"]) in measured
    assert score["gain"] == score["difference"] == pytest.approx(score["new"] - score["old"])

    promote(scored)  # promotes nothing, so there is no benefit more
    assert benefits(scored) == known
    assert verify(scored) == []
    entries = json.loads(run("history", scored, "--json").stdout)["entries"]
    assert [entry["benefit"]["against"] for entry in entries if entry["benefit"]] == ["base", "1"]
    printed = "".join(run("history", scored).stdout.split())
    assert "Benefitoverversion1:clearlybetter." in printed
