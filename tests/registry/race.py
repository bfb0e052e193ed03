"""Tests: processes that all want Production at once, and what came of it. Run as a module by test_race.py."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from components.core.errors import AtelierError
from components.core.records import Decision, Verdict
from registry.production import Offer, Smoke, StillBetter, move_production
from registry.settings import REPOSITORY
from tests.registry.conftest import MODEL


def worth(version: int | None) -> float:
    """Return how good a version is: any order will do that is not the order of the offers."""
    return -1.0 if version is None else int.from_bytes(sha256(str(version).encode()).digest()[:6]) / 2**48


def offer(versions: list[int], inside: Path, log: Path) -> None:
    """Offer one version after the other; write a line for each into `log`: what became of it, and how long it took."""
    for version in versions:
        started = time.monotonic()
        try:
            entry = move_production(
                MODEL, Offer(version, numbers={"worth": worth(version)}), _better(version), _alone(inside)
            )
            said = str(entry.move.action)
        except AtelierError as error:
            said = f"error: {error}"
        with log.open("a") as file:
            file.write(json.dumps([version, said, round(time.monotonic() - started, 2)]) + "\n")


def start(versions: list[int], inside: Path, log: Path) -> "subprocess.Popen[bytes]":
    arguments = [json.dumps(versions), str(inside), str(log)]
    return subprocess.Popen([sys.executable, "-m", "tests.registry.race", *arguments], cwd=REPOSITORY)


def _better(version: int) -> StillBetter:
    offered = Decision(version, Verdict.PROMOTE, "better", f"Version {version} is worth {worth(version):.6f}.")

    def still_better(champion: int | None) -> Decision:
        return (
            offered if worth(version) > worth(champion) else replace(offered, verdict=Verdict.HOLD, rule="not-better")
        )

    return still_better


def _alone(inside: Path) -> Smoke:
    def smoke(version: int) -> None:
        inside.mkdir()  # fails where somebody else is inside
        time.sleep(0.001)
        inside.rmdir()

    return smoke


if __name__ == "__main__":
    offer(json.loads(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
