"""Tests: the monitor compares new rows and outputs, keeps each look, and says DRIFT only where something is wrong."""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from time import sleep, time
from typing import Any

import pytest
from mlflow.entities import Run
from prefect.client.orchestration import get_client

from components.core.errors import DataError, RegistryError
from components.recipes import RECIPES
from flows.monitor import monitor
from registry.client import connect
from registry.looks import last_look, looks
from registry.request_log import LoggedRequest, write_requests
from registry.settings import settings
from tests.flows.monitored_toys import SCALE
from tests.flows.traces import page, runs
from tests.toys import CATALOGUE

PLUMS = [f"{30 + n % 50},plum" for n in range(80)]
SAME = [f"{30 + n},plum" if n % 2 else f"{90 + 3 * n},apple" for n in range(0, 49)]
MIXED = [*SAME, *[f"{31 + n},plum" if n % 2 else f"{91 + 3 * n},apple" for n in range(0, 49)]]

More = Callable[[Sequence[str]], str]


@pytest.fixture
def more(tmp_path: Path) -> More:
    """Write the catalogue of the training with more rows into a new folder; return the folder."""

    def write(rows: Sequence[str]) -> str:
        folder = tmp_path / f"catalogue-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        known = (settings().models / CATALOGUE).read_text(encoding="utf-8")
        (folder / CATALOGUE).write_text(known + "\n".join([*rows, ""]), encoding="utf-8")
        return str(folder)

    return write


@pytest.fixture
def weighed(after_lifecycle: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a toy model in production, whose outputs are generated again."""
    monkeypatch.setitem(RECIPES, "toy", "tests.flows.monitored_toys")
    return after_lifecycle


def bend(grams: float) -> None:
    (settings().caches / SCALE).write_text(str(grams))


def monitor_run(model: str) -> Run:
    (run,) = runs(model, "monitor")
    return run


def files_of(run: Run, folder: str) -> set[str]:
    return {file.path.rpartition("/")[2] for file in connect().list_artifacts(run.info.run_id, folder)}


def steps(run: Run, metric: str) -> list[tuple[int, float]]:
    return [(m.step, m.value) for m in connect().get_metric_history(run.info.run_id, metric)]


def drift_events(model: str, run: str, enough: int) -> list[dict[str, Any]]:
    """Return the events of one run's looks. Prefect's server shows them seconds later: wait for `enough`."""
    wanted = {"resource": {"id": [f"atelier.model.{model}"]}, "event": {"name": ["atelier.drift.detected"]}}
    found: list[dict[str, Any]] = []
    for _ in range(120):
        with get_client(sync_client=True) as client:
            received = client.request("POST", "/events/filter", json={"filter": wanted}).json()["events"]
        found = [event for event in received if event["payload"]["report"] == run]
        if len(found) >= enough:
            break
        sleep(0.5)
    return found


def test_without_new_rows_nothing_is_compared_and_that_is_said(after_lifecycle: str) -> None:
    found = monitor(after_lifecycle)
    assert (found["state"], found["rule"], found["new_rows"]) == ("TOO FEW", "no-new-rows", 0)
    assert found["sentence"] == "There are no new rows, and no score was compared"
    assert found["snapshot"] == found["current"]


def test_more_rows_of_the_same_kind_are_stable(after_lifecycle: str, more: More) -> None:
    found = monitor(after_lifecycle, more(MIXED))
    assert (found["state"], found["new_rows"]) == ("STABLE", len(MIXED))
    assert {column["column"] for column in found["columns"]} == {"grams", "kind"}


def test_planted_drift_is_found_kept_and_published_once(after_lifecycle: str, more: More) -> None:
    folder = more(PLUMS)
    first, second = monitor(after_lifecycle, folder), monitor(after_lifecycle, folder)
    assert (first["state"], first["look"], second["look"]) == ("DRIFT", 1, 2)
    assert first["sentence"].startswith("kind changed: apple 49 % -> 0 %")

    kept = looks(after_lifecycle)
    assert [(look.look, look.state, look.n) for look in kept] == [(1, "DRIFT", 80), (2, "DRIFT", 80)]
    assert kept[-1] == last_look(after_lifecycle)

    run = monitor_run(after_lifecycle)  # one run: its metrics are lines over the looks
    assert run.info.status == "FINISHED"
    assert steps(run, "verdict") == [(1, 2.0), (2, 2.0)]
    assert [step for step, _ in steps(run, "drift/kind")] == [1, 2]
    assert files_of(run, "newest") == files_of(run, "looks/0001") == {"evidently.html", "look.json"}

    text = page(f"drift-{after_lifecycle}")
    assert text.count("# DRIFT") == 2
    assert "| kind |" in text

    sent = drift_events(after_lifecycle, run.info.run_id, 2)
    assert {event["payload"]["look"] for event in sent} == {1, 2}
    assert len(sent) == 2
    payload = sent[0]["payload"]
    assert payload.keys() == {"version", "rule", "reason", "report", "look", "snapshot"}
    assert (payload["reason"], payload["snapshot"]) == (first["sentence"], first["current"])


@pytest.mark.parametrize(
    ("rows", "state", "words"),
    [
        (PLUMS[:10], "TOO FEW", "10 new rows, 50 are needed"),
        (["60,plum"] * 80, "DRIFT", "changed"),
        (["60,"] * 80, "DRIFT", "changed"),
        ([f"{90 + n},pear" for n in range(80)], "DRIFT", "pear 0 % -> 100 %"),
    ],
    ids=["10 rows", "constant columns", "all missing", "a new category"],
)
def test_odd_batches_give_a_verdict(after_lifecycle: str, more: More, rows: list[str], state: str, words: str) -> None:
    found = monitor(after_lifecycle, more(rows))
    assert found["state"] == state
    shown = " ".join([found["sentence"], *(column["change"] for column in found["columns"])])
    assert words in shown


def test_a_catalogue_without_rows_has_no_new_ones(after_lifecycle: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / CATALOGUE).write_text("grams,kind\n")
    assert monitor(after_lifecycle, str(tmp_path / "empty"))["rule"] == "no-new-rows"


def test_what_production_makes_is_compared_with_what_it_made(weighed: str) -> None:
    first = monitor(weighed)
    assert (first["state"], first["rule"]) == ("STABLE", "none")
    assert [score["change"] for score in first["scores"]] == [0.0]
    bend(100)
    worse = monitor(weighed)
    assert (worse["state"], worse["rule"]) == ("DRIFT", "harm:accuracy")
    bend(1)
    assert monitor(weighed)["state"] == "STABLE"  # a change without harm


def test_no_outputs_are_generated_where_the_yaml_asks_for_none(weighed: str) -> None:
    assert monitor(weighed, overrides=["monitor.outputs=0"])["scores"] == []


def test_without_a_version_in_production_there_is_nothing_to_compare_with(scored: str) -> None:
    with pytest.raises(
        RegistryError, match=r"No version of fruit is in production yet.*: run .*lifecycle fruit` first"
    ):
        monitor(scored)


def test_a_deleted_snapshot_is_a_sentence_that_says_what_to_do(after_lifecycle: str, more: More) -> None:
    trained = monitor(after_lifecycle)["snapshot"]
    shutil.rmtree(settings().snapshots(after_lifecycle) / trained)
    with pytest.raises(
        DataError, match=rf"Snapshot {trained} of version \d of fruit, which is in production.*: restore"
    ):
        monitor(after_lifecycle, more(PLUMS))
    assert len(looks(after_lifecycle)) == 1
    assert monitor_run(after_lifecycle).info.status == "FAILED"
    assert monitor(after_lifecycle)["rule"] == "no-new-rows"  # the same catalogue makes it again
    assert monitor_run(after_lifecycle).info.status == "FINISHED"


def test_requests_of_the_last_week_are_compared_with_earlier_ones_and_make_a_stable_look_a_watch(
    after_lifecycle: str, more: More
) -> None:
    def logged(word: str, days: float, n: int) -> list[LoggedRequest]:
        asked = [json.dumps({"prompt": f"{word} fruit {number}"}) for number in range(n)]
        return [
            LoggedRequest(time() - days * 86_400, after_lifecycle, 1, "Production", "", "answered", 1, 0.1, 0, a)
            for a in asked
        ]

    write_requests([*logged("round", 12, 120), *logged("long", 2, 90)])
    found = monitor(after_lifecycle, more(SAME))
    assert (found["state"], found["rule"]) == ("WATCH", "asked:prompt: long")
    assert {"column", "change", "distance", "limit"} <= found["asked"][0].keys()
    assert "asked/prompt: long" in monitor_run(after_lifecycle).data.metrics
    assert "| prompt: long |" in page(f"drift-{after_lifecycle}")
