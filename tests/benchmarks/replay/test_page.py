"""Tests: the page of a replay."""

import re

from benchmarks.replay.page import page_of
from benchmarks.replay.simulate import Replay


def test_the_page_needs_no_network_and_no_script(short: Replay) -> None:
    page = page_of(short)
    assert re.findall(r"https?://|<script|<link|<img|src=|url\(|@import", page) == []


def test_the_page_has_every_event_version_and_sentence_of_a_training(short: Replay) -> None:
    page = page_of(short)
    for event in short.plan.events:
        assert event.title in page
    for outcome in short.history.outcomes:
        assert f"Version {outcome.training.version} (step 400)" in page


def test_the_page_names_what_is_simulated(short: Replay) -> None:
    assert "What is simulated, and what is not" in page_of(short)
    assert "A version stands in for an adapter" in page_of(short)
