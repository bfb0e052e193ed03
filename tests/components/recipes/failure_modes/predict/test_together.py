"""Tests: parallel calls are answered together, each with its own answers, and none waits for ever."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from components.recipes.failure_modes.predict.classifier import Answer
from components.recipes.failure_modes.predict.together import MOST, Together

PATIENCE = 60  # seconds, on a machine that does much else


class Slow:
    """Answers each text with itself; the first pass waits until it may go on, so that others have to wait."""

    def __init__(self) -> None:
        self.passes: list[Sequence[str]] = []
        self.begun, self.go_on = Event(), Event()

    def answers(self, texts: Sequence[str], words: int) -> list[Answer]:
        self.passes.append(list(texts))
        self.begun.set()
        self.go_on.wait(PATIENCE)
        if "bad" in texts:
            raise ValueError("bad")
        return [Answer(text, 1.0, {}, words={"": float(words)}) for text in texts]


def ask_while_one_computes(
    slow: Slow, together: Together, calls: Sequence[tuple[Sequence[str], int]]
) -> list[Callable[[], list[Answer]]]:
    with ThreadPoolExecutor(len(calls) + 1) as threads:
        first = threads.submit(together.answers, ["first"], 0)
        slow.begun.wait(PATIENCE)
        others = [threads.submit(together.answers, texts, words) for texts, words in calls]
        until = time.monotonic() + PATIENCE
        while len(together._waiting) < len(calls) and time.monotonic() < until:
            time.sleep(0.001)
        slow.go_on.set()
    return [first.result, *(other.result for other in others)]


def test_calls_that_wait_are_computed_in_one_pass_and_each_gets_its_own_answers() -> None:
    slow = Slow()
    calls = [([f"{number}", f"{number}+"], 0) for number in range(8)]
    _, *found = ask_while_one_computes(slow, Together(slow.answers), calls)
    assert [len(texts) for texts in slow.passes] == [1, 16]
    assert [[answer.failure_mode for answer in of()] for of in found] == [texts for texts, _ in calls]


def test_calls_that_ask_for_other_words_or_do_not_fit_wait_for_the_next_pass() -> None:
    slow = Slow()
    calls = [(["a"], 0), (["b"], 3), (["c"] * MOST, 0), (["d"], 3)]
    _, *found = ask_while_one_computes(slow, Together(slow.answers), calls)
    assert sorted(len(texts) for texts in slow.passes) == [1, 1, 2, MOST]
    assert [of()[0].words[""] for of in found] == [0, 3, 0, 3]


def test_an_error_is_raised_by_its_own_call_alone() -> None:
    slow = Slow()
    _, good, bad = ask_while_one_computes(slow, Together(slow.answers), [(["good"], 0), (["bad"], 0)])
    assert good()[0].failure_mode == "good"
    with pytest.raises(ValueError, match="bad"):
        bad()


def test_many_texts_are_computed_beside_the_others() -> None:
    slow = Slow()
    slow.go_on.set()
    assert len(Together(slow.answers).answers(["x"] * (MOST + 1), 0)) == MOST + 1
