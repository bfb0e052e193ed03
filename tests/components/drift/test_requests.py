"""Tests: what people ask for is compared by values and by words, and makes STABLE a WATCH, never a DRIFT."""

import random

from hypothesis import given
from hypothesis import strategies as st

from components.drift.requests import Request, compare_requests, parse_request, with_requests
from components.drift.verdict import DriftState, DriftVerdict

STABLE = DriftVerdict(DriftState.STABLE, "none", "nothing changed beyond chance")
COLOURS = ("red", "blue", "green")


def prompts(kind: str, n: int, seed: int) -> list[Request]:
    rng = random.Random(seed)
    return [Request("answered", 1, {"prompt": f"{rng.choice(COLOURS)} {kind} number {seed}-{i}"}) for i in range(n)]


def test_a_word_that_people_begin_to_ask_for_is_found_and_named() -> None:
    found = compare_requests(prompts("shoes", 200, 1), prompts("sandals", 80, 2))
    assert {drift.column for drift in found[:2]} == {"prompt: sandals", "prompt: shoes"}
    verdict = with_requests(STABLE, found, 1e-4)
    assert verdict.state == DriftState.WATCH
    assert verdict.rule == "asked:prompt: sandals"
    assert "yes 0 % -> 100 %" in verdict.sentence or "no 100 % -> 0 %" in verdict.sentence


def test_the_same_requests_change_nothing() -> None:
    found = compare_requests(prompts("shoes", 200, 1), prompts("shoes", 80, 2))
    assert with_requests(STABLE, found, 0.05 / len(found)) is STABLE


def test_fields_with_few_values_are_compared_as_they_are_and_requests_that_failed_are_seen() -> None:
    former = [Request("answered", 1, {"where": {"colour": "Red"}}) for _ in range(100)]
    recent = [Request("refused", 1, {"where": {"colour": "Red"}}) for _ in range(100)]
    by_name = {drift.column: drift for drift in compare_requests(former, recent)}
    assert set(by_name) == {"outcome", "outputs", "where.colour"}
    assert by_name["outcome"].distance > 0.8
    assert by_name["where.colour"].distance == 0


def test_a_worse_verdict_stands() -> None:
    drift = DriftVerdict(DriftState.DRIFT, "shift:colour", "colour changed")
    assert with_requests(drift, compare_requests(prompts("a b", 99, 1), prompts("boots", 99, 2)), 1.0) is drift


@given(st.text())
def test_anything_that_was_logged_can_be_read(asked: str) -> None:
    assert parse_request("answered", 1, asked).outcome == "answered"
