"""Tests: kills a batch of products by SIGKILL on its way, starts the same command again, and counts what was lost.

`python -m tests.components.products.kill_trials 1000 5` does so with starter-products and its models in production.
"""

import json
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence, Set
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from components.products.store import FACTS
from tests import ROOT

LINE = "starter-products"
LATEST = 3.0  # seconds after the number of products is reached: the kill hits generation, checks and writing


@dataclass(frozen=True)
class Trials:
    """What several kills of one batch led to. `again` are products that were made a second time."""

    products: int
    kills: int
    kept_at_kills: Sequence[int]
    lost: int
    again: int
    double: int
    surplus: int  # products in the store that are neither in the batch nor replaced near duplicates
    seconds: float  # of all runs together

    @property
    def holds(self) -> bool:
        return not (self.lost or self.again or self.double or self.surplus) and len(self.kept_at_kills) == self.kills


def kill_and_finish(command: Sequence[str], store: Path, out: Path, count: int, kills: int) -> Trials:
    """Run a command that makes `count` products, kill it `kills` times, and let it end; return what was seen.

    Args:
        command: the same one each time.
        store: where it keeps finished products.
        out: the folder that it exports.
        count: of products.
        kills: at random moments after each of so many equal parts.
    """
    began, before = time.monotonic(), frozenset(made(store))
    seen, kept = dict[str, int](), list[int]()
    numbers = random.Random(f"{count} {kills}")
    for kill in range(kills):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        enough = count * (kill + 1) // (kills + 1)
        while process.poll() is None and len(made(store, before)) < enough:
            time.sleep(0.2)
        time.sleep(numbers.uniform(0, min(LATEST, (time.monotonic() - began) / 20)))
        process.send_signal(signal.SIGKILL)
        if process.wait() == -signal.SIGKILL and not out.exists():  # else it was too late, and is no kill on the way
            kept.append(len(made(store, before)))
        seen |= {name: number for name, number in made(store, before).items() if name not in seen}
        sys.stderr.write(f"{len(kept)} of {kills} kills, at {kept[-1:]} products\n")
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    index = json.loads((out / "products.json").read_text())
    return judged(index, seen, made(store, before), kept, time.monotonic() - began)


def made(store: Path, before: Set[str] = frozenset()) -> dict[str, int]:
    """Return the finished products but those of `before`, with the inode of each file, which a new writing changes."""
    found = {path.parent.name: path.stat().st_ino for path in store.glob(f"[!.]*/{FACTS}")}
    return {name: number for name, number in found.items() if name not in before}


def judged(
    index: dict[str, Any], seen: dict[str, int], store: dict[str, int], kept: Sequence[int], seconds: float
) -> Trials:
    ids = [product["id"] for product in index["products"]]
    wanted = index["options"]["count"]
    return Trials(
        products=len(ids),
        kills=len(kept),
        kept_at_kills=kept,
        lost=len(seen.keys() - store.keys()) + wanted - len(ids),
        again=sum(store[name] != number for name, number in seen.items() if name in store),
        double=len(ids) - len(set(ids)),
        surplus=len(store.keys() - set(ids)) - index["report"]["replaced_near_duplicates"],
        seconds=round(seconds, 1),
    )


def main(count: int, kills: int) -> int:
    from registry.product_lines import products_of
    from registry.settings import settings

    out = settings().home / "generated" / f"killed-{count}"
    if out.exists():
        sys.stderr.write(f"{out} is there already, expected none: remove it\n")
        return 2
    command = [sys.executable, "-m", "flows", "generate-products", LINE, "--n", str(count), "--to", str(out)]
    found = kill_and_finish(command, products_of(LINE), out, count, kills)
    report = json.loads((out / "products.json").read_text())["report"]
    sys.stdout.write(json.dumps({**asdict(found), "holds": found.holds, "report": report}, indent=1) + "\n")
    return 0 if found.holds else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
