"""Benchmarks: the latency of a prediction with 16 parallel clients, against plainer ways to write it."""

import json
import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import numpy as np
import typer

from benchmarks.failure_modes.ways import Answer, in_process, invented, over_http

CLIENTS, LIMIT_MS = 16, 200


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
    sentence_models: Annotated[str, typer.Option(help="Folders or packages, separated by commas.")] = "",
    url: Annotated[str, typer.Option(help="Of a running `mlflow models serve`; empty: no HTTP.")] = "",
) -> None:
    """Print a table, and one JSON object with the figures as the last line."""
    texts, labels = invented()
    models = [name for name in sentence_models.split(",") if name]
    with TemporaryDirectory() as folder:
        ways = {url: over_http(url)} if url else in_process(candidate, texts, labels, models, Path(folder))
        found = [measure(way, answer, texts, requests) for way, answer in ways.items()]
    typer.echo(f"{CLIENTS} clients, {len(os.sched_getaffinity(0))} cores, {'HTTP' if url else candidate}\n")
    typer.echo(f"{'way':<34}{'median ms':>12}{'p95 ms':>12}{'per second':>12}")
    for one in found:
        typer.echo(f"{one.way:<34}{one.median_ms:>12.1f}{one.p95_ms:>12.1f}{one.per_second:>12.0f}")
    p95 = {one.way: one.p95_ms for one in found}
    typer.echo(json.dumps({"p95_ms": p95, "limit_ms": LIMIT_MS, "within": found[0].p95_ms < LIMIT_MS}))


def measure(way: str, answer: Answer, texts: Sequence[str], requests: int) -> Latency:
    """Return the latency with all clients asking at once, each as soon as its last request is answered.

    A way that takes long for one request alone is asked a tenth as often.
    """
    answer(texts[0])
    few = max(2, requests // 10) if timed(answer, texts[0]) > LIMIT_MS / 2 else requests

    def client(number: int) -> list[float]:
        order = np.random.default_rng(number).integers(len(texts), size=few)
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


if __name__ == "__main__":
    typer.run(main)
