"""Tests: a table becomes comments by split: each row is kept, repaired or quarantined with a reason."""

import resource
from collections import Counter
from pathlib import Path

import pytest

from components.core.corrections import Correction
from components.core.errors import DataError
from components.core.recipe import Examples
from tests.components.recipes.failure_modes.settings import config_of, ingest, many, snapshot_of, table

ODD = {
    "no-text": "",
    "no-words": "\U0001f600\U0001f527",
    "too-long": "leaking " * 1250,  # 10,000 characters
    "other-script": "утечка масла",
}


def ingested(tmp_path: Path, rows: list[tuple[str, ...]], header: str = "text,label", **data: object) -> Examples:
    (tmp_path / "comments.csv").write_text(table(rows, header), encoding="utf-8")
    return ingest(config_of(tmp_path / "comments.csv", data=data), tmp_path)


def labels(examples: Examples) -> "Counter[str]":
    return Counter(comment["label"] for part in examples.splits.values() for comment in part)


@pytest.mark.parametrize(("reason", "text"), ODD.items())
def test_a_row_without_a_readable_comment_is_quarantined_with_its_reason(
    tmp_path: Path, reason: str, text: str
) -> None:
    found = ingested(tmp_path, [*many(), (text, "Leak")]).ingestion
    assert found.quarantined == {reason: 1}
    assert found.kept == found.rows - 1


@pytest.mark.parametrize(
    ("rows", "header", "data", "said"),
    [
        ([("a leak", "Leak"), ("b leak", "Leak")], "text,label", {}, "has the one failure mode Leak, expected two"),
        ([("a leak", "Leak")] * 3, "text,class", {}, "has no column label; it has the columns text, class"),
        ([("NaN", "Leak")], "text,label", {}, "has no comment that can be used"),
        (
            many(),
            "text,label",
            {"smallest_split": 60},
            "gives 72 comments, of them .* for validation .*, expected at least 60 in each split",
        ),
        (many(), "text,label", {"split": {"by": "given"}}, "has no column split"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_in_one_sentence(
    tmp_path: Path, rows: list[tuple[str, ...]], header: str, data: dict[str, object], said: str
) -> None:
    with pytest.raises(DataError, match=said):
        ingested(tmp_path, rows, header, **{"rare": {"rule": "keep"}, **data})


def test_a_failure_mode_with_one_row_follows_the_rule_of_the_yaml(tmp_path: Path) -> None:
    rows = [*many(), ("burnt to the ground", "Fire"), ("stolen at night", "Theft")]
    assert ingested(tmp_path, rows).ingestion.quarantined == {"rare-failure-mode": 2}
    assert labels(ingested(tmp_path, rows, rare={"rule": "keep"}))["Fire"] == 1
    merged = ingested(tmp_path, rows, rare={"rule": "merge", "into": "Something else"})
    assert labels(merged)["Something else"] == 2
    assert merged.ingestion.repaired["rare-failure-mode-merged"] == 2


def test_duplicates_and_near_duplicates_share_a_split(tmp_path: Path) -> None:
    rows = many()
    again = [(f"{text.upper()}!", label) for text, label in rows] + [(f"{text}s", label) for text, label in rows]
    splits = ingested(tmp_path, [*rows, *again], near_duplicate=0.8).splits
    keys = {split: {c["key"].removesuffix("s") for c in part} for split, part in splits.items()}
    assert not keys["train"] & (keys["validation"] | keys["test"])
    assert not keys["validation"] & keys["test"]


def test_contradicting_labels_are_listed_and_counted(tmp_path: Path) -> None:
    found = ingested(tmp_path, [*many(), ("battery dead", "Leak"), ("Battery dead.", "Worn"), ("x battery", "Worn")])
    assert found.ingestion.notes["comments-with-contradicting-labels"] == 1
    listed = (tmp_path / "report" / "contradictions.csv").read_text().splitlines()
    assert listed == ["comment,label,comments", "battery dead,Leak,1", "battery dead,Worn,1"]


def test_the_same_table_in_another_order_gives_the_same_comments(tmp_path: Path) -> None:
    rows = many()
    assert ingested(tmp_path, rows).splits == ingested(tmp_path, rows[::-1]).splits


def test_a_comment_keeps_its_split_when_the_table_grows(tmp_path: Path) -> None:
    (tmp_path / "comments.csv").write_text(table(many(16)))
    config = config_of(tmp_path / "comments.csv")
    first = snapshot_of(config, tmp_path)
    (tmp_path / "comments.csv").write_text(table(many(24)[::-1]))
    second = snapshot_of(config, tmp_path)
    places = {c["key"]: split for split, part in second.splits.items() for c in part}
    assert all(places[c["key"]] == split for split, part in first.splits.items() for c in part)


def test_a_table_without_labels_is_ingested_where_the_yaml_says_that_it_has_none(tmp_path: Path) -> None:
    rows = [(text,) for text, _ in many()]
    assert labels(ingested(tmp_path, rows, "text", label=None)) == {None: 72}


def test_corrections_change_labels_and_the_report_says_which_and_by_whom(tmp_path: Path) -> None:
    (tmp_path / "comments.csv").write_text(table(many()))
    text = many()[0][0]
    made = [Correction({"text": text, "label": "Worn"}, "ann", 0.0)]
    found = ingest(config_of(tmp_path / "comments.csv"), tmp_path, made)
    assert found.ingestion.repaired == {"label-corrected": 1}
    account = (tmp_path / "report" / "account.json").read_text()
    assert '"Leak -> Worn": 1' in account
    assert '"ann": 1' in account
    assert (tmp_path / "report" / "corrections.csv").read_text().splitlines() == [
        "comment,before,after",
        f"{text},Leak,Worn",
    ]


def test_the_report_has_its_tables_and_plots(tmp_path: Path) -> None:
    rows = [(*row, f"2024-{n % 12 + 1:02}-03", "baler" if n % 2 else "hoist") for n, row in enumerate(many())]
    ingested(tmp_path, [*rows, ("", "Leak", "", "")], "text,label,date,asset")
    assert {path.name for path in (tmp_path / "report").iterdir()} == {
        *("account.json", "quarantined.csv", "contradictions.csv", "corrections.csv"),
        *("failure-modes.png", "lengths.png", "words.png", "balance.png", "over-time.png", "associations.png"),
        "words-by-failure-mode.png",
    }
    assert (tmp_path / "report" / "quarantined.csv").read_text().splitlines() == ["line,reason", "74,no-text"]


@pytest.mark.slow
def test_a_hundred_thousand_rows_need_less_than_2_gb(tmp_path: Path) -> None:
    rows = [(f"{text} unit {n:05}", label) for n in range(1389) for text, label in many()]
    ingested(tmp_path, rows[:100_000])
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 < 2e9
