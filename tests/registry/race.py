"""Tests: processes that promote versions at the same time, each with its own connection to the database.

They are forked from one that has imported everything and connected to nothing: imports take longer than the race.
"""

import json
import os
import time
from dataclasses import replace
from hashlib import sha256
from multiprocessing import get_context
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from components.core.errors import AtelierError
from components.core.records import Decision, Verdict
from registry.production import Promotion, Recheck, SmokeTest, move_production
from tests.registry.conftest import MODEL


def worth(version: int | None) -> float:
    """Return how good a version is, in [0, 1): any order but that of the promotions will do."""
    return -1.0 if version is None else int.from_bytes(sha256(str(version).encode()).digest()[:6]) / 2**48


def promote_all(versions: list[int], inside: Path, log: Path) -> None:
    """Try to promote one version after the other; log a line for each: the result, and the seconds it took."""
    for version in versions:
        started = time.monotonic()
        try:
            entry = move_production(
                MODEL, Promotion(version, numbers={"worth": worth(version)}), _better(version), _alone(inside)
            )
            result = str(entry.move.action)
        except AtelierError as error:
            result = f"error: {error}"
        with log.open("a") as file:
            file.write(json.dumps([version, result, round(time.monotonic() - started, 2)]) + "\n")


def start(versions: list[int], inside: Path, log: Path) -> ForkServerProcess:
    context = get_context("forkserver")
    context.set_forkserver_preload([__name__])
    racer = context.Process(target=_race, args=(dict(os.environ), versions, inside, log))
    racer.start()
    return racer


def _race(environment: dict[str, str], versions: list[int], inside: Path, log: Path) -> None:
    os.environ.update(environment)  # the process that it was forked from has that of an earlier test
    promote_all(versions, inside, log)


def _better(version: int) -> Recheck:
    promoted = Decision(version, Verdict.PROMOTE, "better", f"Version {version} is worth {worth(version):.6f}.")

    def recheck(champion: int | None) -> Decision:
        return (
            promoted if worth(version) > worth(champion) else replace(promoted, verdict=Verdict.HOLD, rule="not-better")
        )

    return recheck


def _alone(inside: Path) -> SmokeTest:
    def smoke(version: int) -> None:
        inside.mkdir()  # fails if another process is inside the lock
        time.sleep(0.001)
        inside.rmdir()

    return smoke
