"""Tests: the nearest training comments are the most similar ones, and a comment is not its own neighbour."""

import pytest

from components.recipes.failure_modes.analysis.similarity import index_texts
from tests.components.recipes.failure_modes.comments import comments


def test_a_typo_is_nearest_to_the_comment_it_was_made_from() -> None:
    index = index_texts(*comments())
    (found,) = index.nearest(["gearbox lekaing"], count=2)
    assert (found[0].text, found[0].label) == ("gearbox leaking", "Leak")
    assert found[0].similarity >= found[1].similarity


def test_training_comments_are_compared_with_others_only() -> None:
    index = index_texts(["pump leaking", "pump leaking", "unrelated words"], ["a", "a", "b"])
    assert index.closest(["pump leaking"]) == pytest.approx([1], abs=1e-6)
    assert index.closest_other() == pytest.approx([1, 1, 0], abs=1e-6)


def test_a_text_without_known_characters_is_similar_to_nothing() -> None:
    index = index_texts(*comments())
    assert index.closest(["", "日本"]).tolist() == [0, 0]
