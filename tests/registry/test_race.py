"""Tests: many processes promote at once; Production is always one version, and the best one at the end."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.aliases import aliases
from registry.ledger.store import history, in_production
from registry.ledger.verify import problem, verify
from tests.registry.conftest import MODEL, promote
from tests.registry.race import start, worth

MakeVersions = Callable[[int], list[int]]
SMALL, FULL = (4, 5), (20, 50)


CASES = [
    pytest.param("sqlite", False, *SMALL, id="sqlite-new"),
    pytest.param("postgresql", True, *SMALL, id="postgresql-existing"),
    *(
        pytest.param(kind, exists, *FULL, id=f"full-{kind}-{'existing' if exists else 'new'}", marks=pytest.mark.slow)
        for kind in ("sqlite", "postgresql")
        for exists in (False, True)
    ),
]


@pytest.fixture
def database(request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "postgresql":
        monkeypatch.setenv("ATELIER_DATABASE_URL", str(request.getfixturevalue("new_postgresql")()))


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(("database", "alias_exists", "processes", "rounds"), CASES, indirect=["database"])
def test_of_all_racing_versions_the_best_one_stays(
    make_versions: MakeVersions, tmp_path: Path, processes: int, rounds: int, alias_exists: bool
) -> None:
    first, *others = make_versions(1 + processes * rounds)
    if alias_exists:
        promote(first)
    started = time.monotonic()
    racers = [
        start(others[number::processes], tmp_path / "inside", tmp_path / f"log-{number}") for number in range(processes)
    ]
    served = set()
    while any(racer.is_alive() for racer in racers):
        served.add(aliases(MODEL).get("Production"))
        time.sleep(0.2)
    wall = time.monotonic() - started
    logs = [
        json.loads(line)
        for number in range(processes)
        for line in (tmp_path / f"log-{number}").read_text().splitlines()
    ]
    entries = [entry for entry in history(MODEL) if entry.move.to_version != first]

    assert [racer.exitcode for racer in racers] == [0] * processes
    assert {result for _, result, _ in logs} <= {"PROMOTE", "REFUSED"}
    assert {entry.move.to_version: str(entry.move.action) for entry in entries} == {v: result for v, result, _ in logs}
    assert len(entries) == len(logs) == processes * rounds
    best = max([*others, *([first] if alias_exists else [])], key=worth)
    assert aliases(MODEL) == {"Production": best}
    assert in_production(history(MODEL)) == best
    assert (verify(MODEL), problem(MODEL)) == ([], None)
    assert not alias_exists or None not in served
    moved = sum(entry.move.moved for entry in entries)
    waits = sorted(seconds for _, _, seconds in logs)
    sys.stderr.write(
        f"{processes} x {rounds}: {wall:.0f} s, {len(logs)} attempts, {len(entries)} entries, {moved} moves, "
        f"{len(served)} versions seen in production, median {waits[len(waits) // 2]:.2f} s, max {waits[-1]:.2f} s\n"
    )
