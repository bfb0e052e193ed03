"""Tests: every row of a catalogue is kept or quarantined, and counted."""

import csv
import json
from pathlib import Path

import pytest

from components.core.errors import DataError
from components.core.recipe import Examples
from components.core.records import Snapshot
from components.recipes.product_descriptions.example import Descriptions
from components.recipes.product_descriptions.ingest.examples import make_examples, open_source
from tests.components.recipes.product_descriptions.described import PLAN, json_line, kaggle_folder, written
from tests.components.recipes.product_descriptions.settings import config

PLAIN = ("data.near_duplicate=1", "data.boilerplate.share=0.9")
GOOD = [json_line(number) for number in range(len(PLAN))]
BAD = [
    "{broken",
    json_line(900, description=""),
    json_line(901, description="<br/>"),
    json_line(902, description="too short"),
    json_line(903, description="word " * 5000),
    json_line(904, description="Dieser rote Schuh aus Leinwand hat eine weiße Sohle und ist sehr leicht und bequem."),
    json_line(905, description="<p>This red shirt by Alder 👟 is made for men who like to laugh.</p>"),
]


class Silent:
    def progress(self, what: str, done: int, total: int) -> None: ...

    def metrics(self, values: object, step: int) -> None: ...


def made(folder: Path, lines: list[str], *assignments: str, previous: Descriptions | None = None) -> Examples:
    report = folder / "report"
    report.mkdir(exist_ok=True)
    settings = config(
        f"data.catalogue={written(folder, lines)}", "data.near_duplicate=1", "data.boilerplate.share=0.9", *assignments
    )
    source = open_source(settings, None, folder / "cache", Silent())
    return make_examples(settings, source, previous, folder / "files", report, Silent())


def test_every_row_is_kept_or_quarantined_with_its_reason(tmp_path: Path) -> None:
    found = made(tmp_path, [*GOOD, *BAD]).ingestion
    assert found.rows == len(GOOD) + len(BAD) == found.kept + sum(found.quarantined.values())
    assert found.quarantined == {
        "mark-up-only": 1,
        "no-description": 1,
        "not-json": 1,
        "other-language": 1,
        "too-long": 1,
        "too-short": 1,
    }
    assert found.repaired["emoji"] == 1
    rows = list(csv.DictReader((tmp_path / "report" / "quarantined.csv").read_text(encoding="utf-8").splitlines()))
    assert {"line": str(len(GOOD) + 1), "id": "", "reason": "not-json"} in rows


def test_the_report_has_counts_words_and_plots(tmp_path: Path) -> None:
    made(tmp_path, GOOD)
    account = json.loads((tmp_path / "report" / "account.json").read_text(encoding="utf-8"))
    assert account["boilerplate"]["most_frequent"] == {"it is easy to clean": 120}
    assert account["values"]["gender"] == {"Men": 60, "Women": 60}
    assert {"lengths.png", "boilerplate.png", "articles.png"} <= {p.name for p in (tmp_path / "report").iterdir()}


def test_boilerplate_is_removed_or_kept_as_the_yaml_says(tmp_path: Path) -> None:
    removed, kept = (made(tmp_path, GOOD, f"data.boilerplate.rule={rule}") for rule in ("remove", "keep"))
    assert "easy to clean" not in str(removed.splits)
    assert str(kept.splits).count("easy to clean") == len(GOOD)
    assert removed.ingestion.notes["boilerplate-sentences"] == kept.ingestion.notes["boilerplate-sentences"] == 1


def test_rows_are_selected_whatever_their_spelling(tmp_path: Path) -> None:
    found = made(tmp_path, GOOD, "data.where={articleType: [shirt], gender: [MEN]}")
    assert found.ingestion.kept == 20
    assert found.ingestion.notes["not-selected"] == 100


def test_a_selection_without_rows_lists_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"No product has articleType Boots; the catalogue has Shirts \(40\)"):
        made(tmp_path, GOOD, "data.where={articleType: [Boots]}")


def test_an_attribute_of_2000_values_and_a_constant_one_are_named(tmp_path: Path) -> None:
    lines = [json_line(n, id=n, baseColour=f"Colour {n}x", season="Summer") for n in range(2000)]
    notes = made(tmp_path, lines).ingestion.notes
    assert notes["values-of-baseColour"] == 2000
    assert notes["one-value-of-season"] == 1


def test_a_part_of_the_examples_is_chosen_by_the_seed(tmp_path: Path) -> None:
    found = made(tmp_path, GOOD, "data.most=50")
    assert found.ingestion.kept == sum(map(len, found.splits.values())) == 50
    assert found.ingestion.notes["left-out-by-data.most"] == 70


def test_examples_keep_their_split_in_the_next_snapshot(tmp_path: Path) -> None:
    first = made(tmp_path, GOOD[:60]).splits
    again = made(tmp_path, GOOD, previous=Snapshot("d", tmp_path / "d", first)).splits
    for split, part in first.items():
        assert {example["text"] for example in part} <= {example["text"] for example in again[split]}


def test_a_split_that_is_too_small_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="gives 120 descriptions, of them"):
        made(tmp_path, GOOD, "data.smallest_split=200")


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"There is no file .*gone.jsonl, expected JSON lines"):
        open_source(config(f"data.catalogue={tmp_path}/gone.jsonl"), None, tmp_path, Silent())


def test_the_drawn_catalogue_gets_the_texts_that_the_project_writes(tmp_path: Path) -> None:
    folder = kaggle_folder(tmp_path / "drawn-1-abc")
    settings = config("data.words.fewest=10", "data.words.most=150", "data.boilerplate.rule=keep")
    source = open_source(settings, folder, tmp_path / "cache", Silent())
    (tmp_path / "report").mkdir()
    found = make_examples(settings, source, None, tmp_path / "files", tmp_path / "report", Silent())
    texts = [example["text"] for part in found.splits.values() for example in part]
    assert len(texts) == 40
    assert all("Alder" in text and len(text.split()) >= 50 for text in texts)
    assert found.ingestion.quarantined == {"style-file-missing": 1}
