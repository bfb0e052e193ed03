"""Benchmarks: the latency of a prediction with 16 parallel clients, against a plain way to write it."""

import json
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer

from components.recipes.failure_modes.analysis.explanation import words_that_moved
from components.recipes.failure_modes.analysis.similarity import index_texts
from components.recipes.failure_modes.analysis.unfamiliar import learn_familiar
from components.recipes.failure_modes.candidates import LadderSettings, fit_candidate, load_model, save_model

CLIENTS, LIMIT_MS = 16, 200
PARTS = ("pump", "hose", "l/h bucket cyl", "gearbox", "valve", "motor", "slew ring", "track roller", "aircon", "boom")
SAID = {
    "Leak": ("leaking", "oil leak", "seal gone", "dripping"),
    "Crack": ("cracked", "broken", "weld failed", "split"),
    "Heat": ("overheating", "running hot", "over temp", "smoking"),
    "Loose": ("loose", "bolts missing", "fell off", "rattling"),
    "Electrical": ("no power", "short circuit", "lights flicker", "sensor fault"),
    "Blocked": ("blocked", "choked", "plugged", "no flow"),
}
WHERE = ("", "on night shift", "after service", "near cab", "again, please check and repair")


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of a request: the median, the 95th percentile, and how many were answered in a second."""

    way: str
    median_ms: float
    p95_ms: float
    per_second: float


def main(
    requests: Annotated[int, typer.Option(help="Requests of each client.")] = 50,
    candidate: Annotated[str, typer.Option(help="The candidate that answers.")] = "logistic-regression",
) -> None:
    """Print a table, and one JSON object with the figures as the last line."""
    texts, labels = invented()
    with TemporaryDirectory() as folder:
        place = Path(folder) / "model"
        save_model(fit_candidate(candidate, texts, labels, LadderSettings(), seed=1), place)
        latencies = [
            measure("loaded once", loaded_once(place, texts, labels), texts, requests),
            measure("loaded by each request", by_each_request(place), texts, max(requests // 10, 2)),
        ]
    typer.echo(f"{CLIENTS} clients, {len(os.sched_getaffinity(0))} cores, {candidate}, without HTTP\n")
    typer.echo(f"{'way':<26}{'median ms':>12}{'p95 ms':>12}{'per second':>12}")
    for found in latencies:
        typer.echo(f"{found.way:<26}{found.median_ms:>12.1f}{found.p95_ms:>12.1f}{found.per_second:>12.0f}")
    ours, plain = latencies
    figures = {"p95_ms": ours.p95_ms, "plain_p95_ms": plain.p95_ms, "limit_ms": LIMIT_MS}
    typer.echo(json.dumps(figures | {"within": ours.p95_ms < LIMIT_MS, "per_second": ours.per_second}))


Answer = Callable[[str], object]


def loaded_once(place: Path, texts: Sequence[str], labels: Sequence[str]) -> Answer:
    """Return the whole answer: probabilities, the reason to abstain, and the words that moved it."""
    model, familiar = load_model(place), learn_familiar(index_texts(texts, labels))
    return lambda text: (model.probabilities([text]), familiar.reasons([text]), words_that_moved(model, [text]))


def by_each_request(place: Path) -> Answer:
    """Return what a plain program does: it loads the pipeline, and gives the probabilities alone."""
    return lambda text: load_model(place).probabilities([text])


def measure(way: str, answer: Answer, texts: Sequence[str], requests: int) -> Latency:
    """Return the latency with all clients asking at once, each as soon as its last request is answered."""
    answer(texts[0])

    def client(number: int) -> list[float]:
        order = np.random.default_rng(number).integers(len(texts), size=requests)
        return [timed(answer, texts[i]) for i in order]

    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        found = np.array([ms for times in clients.map(client, range(CLIENTS)) for ms in times])
    rate = len(found) / (time.perf_counter() - start)
    median, p95 = (round(float(np.quantile(found, q)), 1) for q in (0.5, 0.95))
    return Latency(way, median, p95, round(rate, 1))


def timed(answer: Answer, text: str) -> float:
    start = time.perf_counter()
    answer(text)
    return (time.perf_counter() - start) * 1000


def invented() -> tuple[list[str], list[str]]:
    """Return 1,200 comments with their failure modes."""
    rows = [
        (f"{part} {said} {where}".strip(), label)
        for label, words in SAID.items()
        for part, said, where in product(PARTS, words, WHERE)
    ]
    return [text for text, _ in rows], [label for _, label in rows]


if __name__ == "__main__":
    typer.run(main)
