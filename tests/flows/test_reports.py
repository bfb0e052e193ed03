"""Tests: what flows leave in Prefect's page."""

from flows.promote import promote
from tests.flows.traces import end_line, page


def test_the_page_of_a_decision_shows_where_the_ledger_ends(scored: str) -> None:
    promote(scored)
    assert end_line(scored) in page("fruit-decision")
