"""Tests: each row of the starter's table, and of any other one, is accounted for."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.core.errors import DataError
from components.recipes.demand.ingest.examples import open_source
from tests.components.recipes.demand.settings import Log, config_of, ingest, quantities, read, read_path, steady, week


def test_the_starters_planted_faults_are_all_found(tmp_path: Path) -> None:
    config = config_of("drawn", horizon=8, season=52, reading={"time_zone": "Europe/Berlin"})
    examples = ingest(config, tmp_path)
    found = examples.ingestion
    assert {split: len(part) for split, part in examples.splits.items()} == {
        "train": 350,
        "validation": 362,
        "test": 362,
    }
    assert found.quarantined == {
        "series-never-sold": 72,
        "before-a-long-gap": 22,
        "same-row-as-another": 1,
        "unknown-date": 1,
        "unknown-quantity": 1,
        "no-id": 1,
        "series-too-short": 1,
    }
    assert (found.repaired["other-spelling-of-id"], found.repaired["day-of-another-time-zone"]) == (1, 1)
    assert found.notes["holes-in-the-calendar"] == 1
    account = json.loads((tmp_path / "report" / "account.json").read_text(encoding="utf-8"))
    assert set(account["left_out"]) == {"NEVER-SOLD", "ONE-SALE", "RETURNS-ONLY"}


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    rows = [*steady("A", "B"), f"A,{week(3)},-1"]
    assert read(tmp_path, rows).splits == read(tmp_path, rows[::-1]).splits


def test_another_table_has_another_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("id,date,quantity\nA,2024-01-01,1\n", encoding="utf-8")
    (tmp_path / "two.csv").write_text("id,date,quantity\nA,2024-01-01,2\n", encoding="utf-8")
    one, two = (open_source(config_of(), tmp_path / f"{name}.csv", tmp_path, Log()) for name in ("one", "two"))
    assert one.fingerprint != two.fingerprint


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["A", " A", "B", "", "NA"]),
        st.one_of(st.integers(0, 45).map(week), st.sampled_from(["", "5/1/2024", "2024-02-30", "2024-01-01T23:00Z"])),
        st.one_of(st.integers(-3, 9).map(str), st.sampled_from(["", "x", "1,5", "1e9"])),
    ),
    max_size=40,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ROWS, st.sampled_from(["once", "sum", "last"]), st.sampled_from(["net", "ignore"]))
def test_every_row_is_kept_or_quarantined_and_what_is_kept_is_in_a_series(
    tmp_path: Path, rows: list[tuple[str, str, str]], duplicates: str, returns: str
) -> None:
    texts = [f'"{name}","{day}","{quantity}"' for name, day, quantity in rows]
    path = tmp_path / "sales.csv"
    path.write_text("\n".join(["id,date,quantity", *steady("S", "T"), *texts]) + "\n", encoding="utf-8")
    found = read_path(path, reading={"duplicates": duplicates, "returns": returns, "gaps": "zero", "holes": "zero"})
    total = found.ingestion
    assert total.rows == len(steady("S", "T")) + len(texts)
    assert total.kept + sum(total.quarantined.values()) == total.rows
    kept = found.found.frame[found.found.frame["refused"] == ""]
    assert set(kept["id"]) == {series["id"] for series in found.splits["test"]}
    for series in found.splits["test"]:
        assert min(series["quantities"]) >= 0
        rows_of = kept[kept["id"] == series["id"]]
        net = Counter(dict.fromkeys(rows_of["period"], 0.0))
        for period, quantity in zip(rows_of["period"], rows_of["quantity"], strict=True):
            net[period] += quantity
        assert abs(sum(series["quantities"]) - sum(max(0.0, value) for value in net.values())) < 1e-3


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"id,date,quantity\n", b"PK\x03\x04", b"id\n1\n", b"\xff\xfe"])
def test_what_is_no_table_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "sales.csv").write_bytes(content)
    with pytest.raises(DataError, match=r"\.$"):
        read_path(tmp_path / "sales.csv")


def test_a_daily_table_of_single_sales_is_added_up(tmp_path: Path) -> None:
    rows = [f"A,2024-{month:02d}-{day:02d},1" for month in range(1, 13) for day in range(1, 29) for _ in range(2)]
    found = read(tmp_path, rows, frequency="monthly", season=12, horizon=2, folds=1, reading={"duplicates": "sum"})
    assert quantities(found, "A") == [56.0] * 12
