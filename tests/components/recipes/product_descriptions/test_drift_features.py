"""Tests: the columns on which drift of descriptions is measured."""

from dataclasses import replace
from pathlib import Path

from components.recipes.product_descriptions.drift_features import ATTRIBUTES, WIDTH, features
from tests.components.recipes.product_descriptions.described import snapshot
from tests.components.recipes.product_descriptions.settings import config


def test_each_example_has_its_attributes_length_reading_level_and_words(tmp_path: Path) -> None:
    known = snapshot(tmp_path)
    found = features(config(), known, "validation", tmp_path)
    assert found.keys() == {*ATTRIBUTES, "number of words", "reading level", "words"}
    assert {len(column) for column in found.values()} == {24}
    assert set(found["brand"]) == {"Fjordby"}
    assert set(found["season"]) == {None}
    assert all(len(vector) == WIDTH for vector in found["words"])


def test_a_split_without_examples_has_empty_columns(tmp_path: Path) -> None:
    empty = replace(snapshot(tmp_path), splits={"new": []})
    assert {len(column) for column in features(config(), empty, "new", tmp_path).values()} == {0}
