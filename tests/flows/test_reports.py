"""Tests: the artifacts that flows publish in Prefect."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from components.core.records import Decision, Verdict
from flows.promote import promote
from flows.promotion.decide import PolicyResult
from flows.reports import decisions_page, headline, retraining_page
from tests.flows.traces import end_line, page
from tests.registry.test_retrainings import FACTS, keep

LONG = "Version 2 has a KID of 1.20 [0.9 to 1.4] | 3 * better, " * 40
SPECIAL = r"<script>alert(1)</script> [link](http://evil.example) | `code` $20"


def shown(decisions: Sequence[Decision]) -> str:
    result = PolicyResult(decisions, None, None)
    return decisions_page(headline(result, dry_run=False), result, "LINKS", "LEDGER")


def test_the_artifact_of_a_decision_has_the_last_hash_of_the_ledger(scored: str) -> None:
    promote(scored)
    assert end_line(scored) in page("fruit-decision")


def test_the_artifact_of_a_decision_says_where_report_and_grid_are(scored: str) -> None:
    promote(scored, dry_run=True)
    assert f"reports/{scored}`" in page("fruit-decision")


def test_sentences_are_whole_and_the_promotion_comes_first() -> None:
    text = shown([Decision(1, Verdict.HOLD, "not-better", "It is not."), Decision(2, Verdict.PROMOTE, "best", LONG)])
    assert text.startswith("# Version 2 is promoted\n")
    assert text.count(r"Version 2 has a KID of 1.20 \[0.9 to 1.4\] \| 3 \* better,") == 40
    order = [
        text.index(words) for words in ("better,", "LINKS", "## Version 1: HOLD (not-better)\n\nIt is not.", "LEDGER")
    ]
    assert order == sorted(order)


def test_a_dry_run_does_not_say_that_a_version_is_promoted() -> None:
    result = PolicyResult([Decision(2, Verdict.PROMOTE, "best", "It is.")], None, None)
    assert (headline(result, True), headline(result, False)) == ("Version 2 would be promoted", "Version 2 is promoted")


def test_without_a_promotion_each_version_says_why() -> None:
    text = shown([Decision(number, Verdict.HOLD, "tie", f"Reason {number}.") for number in (1, 2)])
    assert text.startswith("# Nothing is promoted\n")
    assert "Reason 1." in text
    assert "Reason 2." in text


def test_a_reason_cannot_add_markup() -> None:
    text = shown([Decision(1, Verdict.PROMOTE, "forced", SPECIAL)])
    assert "<script>" not in text
    assert "[link](" not in text


def test_a_decision_on_retraining_is_one_screen_with_facts_and_limits(bare_home: Path) -> None:
    kept = keep(replace(FACTS, reason="<b>black</b> | from 30 to 60 %"))
    lines = retraining_page(kept).splitlines()
    assert lines[:3] == ["# START (drift)", "", r"Drift: \<b\>black\</b\> \| from 30 to 60 %."]
    assert "Drift asked for the lifecycle of toy. Report: MLflow run `r1`." in lines
    assert "| new_rows | 400 |" in lines
    assert "| smallest_new_rows | 50 |" in lines
    assert len(lines) < 40
