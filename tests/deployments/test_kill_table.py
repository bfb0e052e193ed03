"""Tests: the table of killed processes has a row for each victim, and names each bound that is broken."""

from tests.deployments.kill_table import broken_bounds, summary, table
from tests.deployments.kill_trials import Trial


def test_each_victim_is_a_row_with_the_median_and_the_most() -> None:
    trials = [Trial("flow", 1.0, 20.0), Trial("flow", 3.0, 30.0), Trial("server", error="Trial 1: it hung.")]
    rows = table(trials)[2:]
    assert rows == [
        "| flow | 2 | 2, 3 | 25, 30 | 0 | 0 | 0 | 0 |",
        "| worker | 0 | none | none | 0 | 0 | 0 | 0 |",
        "| server | 0 | none | none | 0 | 0 | 0 | 0 |",
    ]


def test_a_broken_bound_is_a_sentence_and_a_trial_without_figures_is_broken() -> None:
    assert broken_bounds(Trial("flow", 119.0, 900.0)) == []
    assert broken_bounds(Trial("flow", 121.0, 130.0, slots=1, running=2)) == [
        "flow: a final state took 121 s, at most 120 are allowed.",
        "flow: 1 concurrency slots were left.",
        "flow: 2 runs are still RUNNING.",
    ]
    assert broken_bounds(Trial("server", error="Trial 1: it hung.")) == ["server: Trial 1: it hung."]
    assert summary([Trial("flow")], [])["ok"] is True
