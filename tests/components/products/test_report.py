"""Tests: the report of a batch counts what passed, and how different its products are."""

from pathlib import Path

import pytest

from components.products.balance import balanced, known_values
from components.products.batch import make_batch
from components.products.report import report_of
from tests.components.products.toys import COLOURS, ShapesToy, line, models, silent


def test_pass_rates_tries_and_diversity_are_reported(tmp_path: Path) -> None:
    batch = make_batch(line(tmp_path, ShapesToy(bad=5), tries=1), [{"gender": "Men"}] * 20, 0, silent)
    report = report_of(batch, bits=6)
    rate = report["checks"]["picture: white_background"]
    assert (rate["of"], rate["passed"], report["flagged"]) == (20, report["passed"], 20 - report["passed"])
    assert 0 < report["passed"] < 20
    assert (report["tries"]["picture"], report["diversity"]["near_duplicates"]) == (1.0, 0.0)
    assert report["diversity"]["evenness"]["gender"] == 0.0
    assert 0.5 < report["diversity"]["evenness"]["baseColour"] <= 1.0


def test_a_balanced_batch_has_each_value_equally_often(tmp_path: Path) -> None:
    wheres = balanced(models().attributes, {"gender": "Men"}, "baseColour", 12)
    batch = make_batch(line(tmp_path), wheres, 0, silent)
    counts = [sum(p.attributes["baseColour"] == colour for p in batch.products) for colour in COLOURS]
    assert counts == [3, 3, 3, 3]
    rarest = list(known_values(models().attributes, {"gender": "Men"})["baseColour"])[-1]
    assert batch.products[0].attributes["baseColour"] == rarest


def test_a_column_that_cannot_be_balanced_is_refused() -> None:
    with pytest.raises(Exception, match="cannot be balanced by 'shape', expected one of articleType, baseColour"):
        balanced(models().attributes, {}, "shape", 3)
