"""Tests: the files that earlier evaluations of this model left behind, written once more."""

from pathlib import Path

import pytest

from components.evaluation.report.report_json import report_data
from components.recipes.product_images.evaluate.legacy_exports import consolidated_results, write_legacy_exports
from tests.components.recipes.product_images.toy_report import N, report_of


def test_both_files_are_written(tmp_path: Path) -> None:
    write_legacy_exports(report_of(), report_data(report_of()), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"consolidated_results.json", "comparative_report.md"}


def test_the_export_has_the_fields_of_earlier_evaluations() -> None:
    told = consolidated_results(report_of())
    assert list(told) == ["base", "production", "500", "1000", "1500"]
    assert told["1000"]["metadata"]["generated_images_count"] == N
    assert told["1000"]["fid"]["score"] == pytest.approx(78.0)
    assert told["1000"]["clip_score"]["mean"] == pytest.approx(29.4)
    assert "too few" in told["1000"]["fid"]["interpretation"]
