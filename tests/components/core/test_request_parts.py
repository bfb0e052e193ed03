"""Tests: a long request in parts has the outputs and seeds of the whole."""

from typing import Any

import pytest
from pydantic import BaseModel

from components.core.request_parts import joined, parts_of


class Texts(BaseModel):
    texts: tuple[str, ...]
    seeds: tuple[int, ...]
    about: tuple[str, str] = ("a", "b")
    model: str = "toy"


@pytest.mark.parametrize(("count", "most"), [(1, 1), (7, 3), (6, 3), (2, 5)])
def test_the_parts_have_the_seeds_of_the_whole(count: int, most: int) -> None:
    parts = parts_of({"prompt": "red", "count": count, "seed": 5}, most)
    assert [part["seed"] + k for part in parts for k in range(part["count"])] == list(range(5, 5 + count))
    assert max(part["count"] for part in parts) <= most


@pytest.mark.parametrize("fields", [{}, {"count": "40"}, {"count": True}, {"count": 40, "seed": 1.5}, {"count": -1}])
def test_what_is_no_count_or_seed_is_left_for_the_model_to_refuse(fields: dict[str, Any]) -> None:
    assert parts_of(fields, 4) == [fields]


def test_lists_of_outputs_are_joined_and_other_fields_are_those_of_the_first() -> None:
    parts = [Texts(texts=("x", "y", "z"), seeds=(1, 2, 3)), Texts(texts=("u",), seeds=(4,))]
    assert joined(parts, [3, 1]) == Texts(texts=("x", "y", "z", "u"), seeds=(1, 2, 3, 4))
    assert joined(parts[:1], [3]) is parts[0]
