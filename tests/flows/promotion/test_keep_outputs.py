"""Tests: a promotion keeps what its version makes, and the first look compares with that."""

import pytest

from components.recipes import RECIPES
from flows.monitor import monitor
from flows.promote import promote
from flows.tasks import read_config
from registry.aliases import production
from registry.looks import promotion_of
from registry.monitor_runs import keep_sample_of_promotion, read_sample, sample_of_promotion
from registry.tracking import open_run
from tests.flows.traces import runs


def test_the_first_look_compares_with_what_the_promotion_kept(scored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RECIPES, "toy", "tests.flows.monitored_toys")
    promote(scored)
    version = production(scored)
    assert version is not None
    entry = promotion_of(scored, int(version.version))
    kept = sample_of_promotion(version, entry)
    assert kept is not None
    wrong = {"right": [1.0 - value for value in kept["right"]]}  # so that the look shows where it takes them from
    with open_run(read_config(scored), "promote", "f") as run:
        keep_sample_of_promotion(run, version, entry, wrong)
    (score,) = monitor(scored)["scores"]
    assert score["change"] != 0.0
    (of_looks,) = runs(scored, "monitor")
    assert read_sample(of_looks.info.run_id) == wrong


def test_a_promotion_stands_although_nothing_could_be_kept(scored: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RECIPES, "toy", "tests.flows.broken_toys")
    promote(scored)
    version = production(scored)
    assert version is not None
    assert sample_of_promotion(version, promotion_of(scored, int(version.version))) is None
