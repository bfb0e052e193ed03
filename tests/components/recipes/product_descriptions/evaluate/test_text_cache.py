"""Tests: generated texts are kept, and only missing ones are generated."""

from collections.abc import Sequence
from pathlib import Path

from components.recipes.product_descriptions.evaluate.text_cache import cached_texts

PAIRS = [("a red shoe", 1), ("a blue bag", 2), ("a red shoe", 3)]


class Writer:
    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.already: list[int] = []

    def __call__(self, pairs: Sequence[tuple[str, int]], already: int) -> list[str]:
        self.asked += pairs
        self.already.append(already)
        return [f"{prompt} {seed}" for prompt, seed in pairs]


def test_only_missing_texts_are_generated(tmp_path: Path) -> None:
    writer = Writer()
    assert cached_texts(tmp_path, PAIRS[:2], writer) == ["a red shoe 1", "a blue bag 2"]
    assert cached_texts(tmp_path, PAIRS, writer) == ["a red shoe 1", "a blue bag 2", "a red shoe 3"]
    assert (writer.asked, writer.already) == (PAIRS, [0, 2])


def test_a_pair_that_occurs_twice_is_generated_once(tmp_path: Path) -> None:
    writer = Writer()
    assert cached_texts(tmp_path, [PAIRS[0], PAIRS[0]], writer) == ["a red shoe 1"] * 2
    assert writer.asked == [PAIRS[0]]


def test_a_changed_file_is_generated_again(tmp_path: Path) -> None:
    cached_texts(tmp_path, PAIRS, Writer())
    (path,) = tmp_path.glob("*/texts.json")
    path.write_text(path.read_text().replace("red", "odd"))
    writer = Writer()
    assert cached_texts(tmp_path, PAIRS, writer)[0] == "a red shoe 1"
    assert writer.asked == PAIRS
