"""Benchmarks: throughput, p95, memory and exactness of the service; the last line is one JSON object."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import numpy as np
import psutil
import typer

from benchmarks.serve.load import CLIENTS, Load, ask_all, wishes
from benchmarks.serve.servers import free_port, started

MB = 1e6


@dataclass(frozen=True, slots=True)
class Place:
    """Where the servers find their files."""

    folder: Path
    base: Path
    adapter: Path

    def service(self, port: int, **more: str) -> dict[str, Any]:
        """Return the arguments of `started` for the service."""
        environment = {"ATELIER_HOME": str(self.folder / "home"), "ATELIER_SERVICE_PORT": str(port), **more}
        command = ["-m", "deployments", "service"]
        return {
            "command": command,
            "port": port,
            "path": "/ready",
            "more": environment,
            "log": self.folder / "ours.log",
        }

    def opponent(self, port: int, threads: int) -> dict[str, Any]:
        command = ["-m", "benchmarks.serve.opponent", str(self.base), str(self.adapter), str(port)]
        more, log = {"OMP_NUM_THREADS": str(threads)}, self.folder / "theirs.log"
        return {"command": command, "port": port, "path": "/docs", "more": more, "log": log}


def main(
    rounds: Annotated[int, typer.Option(min=1, help="Of each server, in turn.")] = 3,
    pictures: Annotated[int, typer.Option(min=1, help="Of a round.")] = 48,
    same: Annotated[int, typer.Option(min=1, help="Pictures that are compared with those made alone.")] = 200,
    many: Annotated[int, typer.Option(min=1, help="Requests over which memory is watched.")] = 2000,
) -> None:
    """Print what was measured, and one JSON object as the last line."""
    with TemporaryDirectory() as temporary:
        place = prepare(Path(temporary))
        found = {**compare(place, rounds, pictures), **memory(place, same, many)}
    for name, value in found.items():
        typer.echo(f"{name:<34}{value}")
    typer.echo(json.dumps(found))


def prepare(folder: Path) -> Place:
    """Make a home with two versions of random adapters."""
    os.environ["ATELIER_HOME"] = str(folder / "home")
    from benchmarks.serve.home import register_versions, starter
    from components.recipes.product_images.generate.base_folder import base_folder

    config = starter()
    made = register_versions(config, folder / "adapters", 2)
    return Place(folder, base_folder(config.base), made[0].folder)


def compare(place: Place, rounds: int, pictures: int) -> dict[str, Any]:
    """Return throughput and processor time of both servers, in turn; the opponent has the threads that suit it."""
    ours_port, ports = free_port(), {threads: free_port() for threads in (1, os.cpu_count() or 1)}
    tried: dict[int, float] = {}
    for threads, port in ports.items():
        with started(**place.opponent(port, threads)) as server:
            ask_all(port, wishes(2, 0), server)
            tried[threads] = ask_all(port, wishes(CLIENTS, 1), server).per_second
    best = max(tried, key=lambda threads: tried[threads])
    ours, theirs = list[Load](), list[Load]()
    with (
        started(**place.opponent(ports[best], best)) as opponent,
        started(**place.service(ours_port, OMP_NUM_THREADS="1")) as service,
    ):
        ask_all(ours_port, wishes(CLIENTS, 2), service)  # proves the sizes of batches
        ask_all(ports[best], wishes(2, 2), opponent)
        for number in range(rounds):
            wanted = wishes(pictures, 10 + number)
            theirs.append(ask_all(ports[best], wanted, opponent))
            ours.append(ask_all(ours_port, wanted, service))
    return _figures(ours, theirs, best)


def _figures(ours: list[Load], theirs: list[Load], threads: int) -> dict[str, Any]:
    ratios = [mine.per_second / plain.per_second for mine, plain in zip(ours, theirs, strict=True)]
    cpu = [_each(plain) / _each(mine) for mine, plain in zip(ours, theirs, strict=True)]
    pairs = [
        (mine.pixels, plain.pixels)
        for a, b in zip(ours, theirs, strict=True)
        for mine, plain in zip(a.answers, b.answers, strict=True)
    ]
    return {
        "clients": CLIENTS,
        "throughput_ratio": round(float(np.median(ratios)), 2),
        "throughput_ratio_rounds": [round(ratio, 2) for ratio in ratios],
        "cpu_ratio": round(float(np.median(cpu)), 2),
        "ours_per_second": round(float(np.median([load.per_second for load in ours])), 2),
        "opponent_per_second": round(float(np.median([load.per_second for load in theirs])), 2),
        "ours_p95_s": round(float(np.median([load.percentile(95) for load in ours])), 2),
        "opponent_p95_s": round(float(np.median([load.percentile(95) for load in theirs])), 2),
        "ours_cpu_s_a_picture": round(float(np.median([_each(load) for load in ours])), 3),
        "opponent_cpu_s_a_picture": round(float(np.median([_each(load) for load in theirs])), 3),
        "opponent_threads": threads,
        "failed": sum(load.failed for load in (*ours, *theirs)),
        "grey_levels_from_opponent": max(_difference(*pair) for pair in pairs),
    }


def _each(load: Load) -> float:
    return load.cpu / max(1, len(load.answers))


def _difference(one: Any, other: Any) -> int:
    return int(np.abs(one.astype(np.int16) - other.astype(np.int16)).max())


def memory(place: Place, same: int, many: int) -> dict[str, Any]:
    """Return by how much pictures differ from those made alone, and the memory over many requests, without a cache."""
    settings = place.folder / "service.yaml"
    settings.write_text("cache_mb: 0\n")
    port = free_port()
    with started(**place.service(port, OMP_NUM_THREADS="1", ATELIER_SERVICE=str(settings))) as service:
        wanted = wishes(same, 5)
        together = ask_all(port, wanted, service)
        alone = ask_all(port, wanted, service, clients=1)
        pairs = zip(together.answers, alone.answers, strict=True)
        differ = max(_difference(one.pixels, other.pixels) for one, other in pairs)
        sizes = _watched(port, service, many)
    first, last = sizes[len(sizes) // 4], sizes[-1]
    return {
        "same_pictures": same,
        "grey_levels_from_alone": differ,
        "requests": many,
        "memory_mb_after_a_quarter": round(first / MB),
        "memory_mb_at_the_end": round(last / MB),
        "memory_growth_percent": round(100 * (last - first) / first, 1),
    }


def _watched(port: int, service: psutil.Process, many: int) -> list[int]:
    """Return the bytes of the server's memory after each twentieth of the requests."""
    sizes, part = list[int](), max(1, many // 20)
    for number in range(20):
        ask_all(port, wishes(part, 100 + number), service)
        sizes.append(int(service.memory_info().rss))
    return sizes


if __name__ == "__main__":
    typer.run(main)
