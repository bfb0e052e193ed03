"""Tests: a recipe without pictures gets the same report, with its own nouns, scores and panel."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from components.core.metric_table import METRICS
from components.core.recipe import Workplace
from components.core.records import Snapshot
from components.recipes import RECIPES, read_config
from tests import ROOT
from tests.toy_catalogue import toy_model_yaml
from tests.toys import RECIPE

SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))


class Log:
    def metrics(self, values: Mapping[str, float], step: int) -> None: ...

    def progress(self, what: str, done: int, total: int) -> None: ...


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("toy")
    for name in ("snapshot", "weights", "report"):
        (folder / name).mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(RECIPES, "toy", "tests.toys")
        config = read_config(folder, toy_model_yaml(folder).stem)
    source = RECIPE.open_source(config, None, folder, Log())
    examples = RECIPE.make_examples(config, source, None, folder / "snapshot", folder / "snapshot", Log())
    snapshot = Snapshot("s1", folder / "snapshot", examples.splits)
    checkpoints = RECIPE.train(config, snapshot, folder / "weights", Log())
    RECIPE.evaluate(config, snapshot, "validation", checkpoints, Workplace(folder, folder / "report"), Log())
    return folder / "report"


def test_the_toy_gets_a_page_its_data_and_a_summary(report: Path) -> None:
    assert {path.name for path in report.iterdir()} >= {"report.html", "report.json", "summary.md", "scores.png"}
    data = json.loads((report / "report.json").read_text(encoding="utf-8"))
    Draft202012Validator(SCHEMA).validate(data)
    assert [subject["key"] for subject in data["subjects"]] == ["base", "step-1", "step-2", "step-3", "step-4"]
    assert data["noun"] == {"one": "fruit", "many": "fruits"}
    assert {c["method"] for c in data["comparisons"]} == {"paired bootstrap"}


def test_it_has_its_own_scores_noun_and_panel(report: Path) -> None:
    title = METRICS["accuracy"].title
    page = (report / "report.html").read_text(encoding="utf-8")
    assert f"{title}<small>higher is better</small>" in page
    assert re.search(r"\b[1-9]\d* fruits of each subject", page)
    assert "Generation by subject" not in page  # its work is not counted
    assert '<section id="answers">' in page
    assert re.search(r"<p>\d+ g, (plum|apple): [\d.]+ g off</p>", page)
    assert f"| | {title} (higher is better) |" in (report / "summary.md").read_text(encoding="utf-8")


def test_its_report_has_no_word_about_pictures(report: Path) -> None:
    page = (report / "report.html").read_text(encoding="utf-8").split("</style>")[1]
    shown = re.sub(r"<[^>]*>", " ", page) + (report / "summary.md").read_text() + (report / "scores.md").read_text()
    assert not re.search(r"picture|prompt|FID|KID|CLIP", shown)
