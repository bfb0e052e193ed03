"""Benchmarks: time, memory and cost a series of a training and its scores, and of predictions."""

import argparse
import json
import resource
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import numpy as np

from benchmarks.demand.series import draw, snapshot
from components.core.config import parse_config
from components.core.recipe import Workplace
from components.core.records import Checkpoint
from components.recipes.demand.config import DemandConfig
from components.recipes.demand.evaluate.evaluate import evaluate
from components.recipes.demand.forecasters.rows import Array
from components.recipes.demand.predict.forecaster import open_forecaster
from components.recipes.demand.predict.request import ForecastRequest
from components.recipes.demand.scores import SCORES
from components.recipes.demand.train import train

ONE_MS, BATCH_S, BATCH = 50.0, 120.0, 10_000  # the aims: one product, and a batch
ALONE = 40  # series that the libraries are called for one by one
ORIGINS = 6  # at which a training and its validation forecast each series


class _Quiet:
    def metrics(self, values: Any, step: int) -> None: ...

    def progress(self, what: str, done: int, total: int) -> None:
        if done in (0, total):
            print(f"  {what}: {done} of {total}", flush=True)  # noqa: T201


def main() -> None:
    """Print a table and one line of JSON. Exit with 1 if an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--series", type=int, default=10_000, help="series (default 10,000)")
    parser.add_argument("--weeks", type=int, default=104, help="weeks of each (default 104)")
    parser.add_argument("--processes", type=int, default=2, help="processes that fit series (default 2)")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    values = draw(options.series, options.weeks, 7)
    with TemporaryDirectory() as place:
        found = {"processes": options.processes, **_measure(values, options.processes, Path(place))}
    found |= _one_by_one(values)
    found["times_as_fast"] = found["one_by_one_ms_a_series"] / found["ms_a_series"]
    found["reached"] = found["one_ms"] < ONE_MS and found["batch_s_for_10000"] < BATCH_S
    lines = [f"{n:28} {v:,.4g}" if isinstance(v, float) else f"{n:28} {v}" for n, v in found.items()]
    print("\n".join(lines), json.dumps(found), sep="\n")  # noqa: T201
    raise SystemExit(0 if found["reached"] else 1)


def _config(processes: int) -> DemandConfig:
    fields = {
        "model": "bench",
        "recipe": "demand",
        "about": "Drawn series.",
        "data": {"catalogue": "drawn"},
        "train": {"processes": processes},
        "evaluate": {},
        "promote": {"primary": "service_loss"},
    }
    config = parse_config(DemandConfig, fields, "bench.yaml", SCORES)
    assert isinstance(config, DemandConfig)
    return config


def _measure(values: Sequence[Array], processes: int, place: Path) -> dict[str, Any]:
    config = _config(processes)
    found = snapshot(list(values), config)
    for name in ("train", "report"):
        (place / name).mkdir()
    began, cpu = perf_counter(), _cpu_seconds()
    checkpoints = train(config, found, place / "train", _Quiet())
    trained, of_training = perf_counter(), _cpu_seconds()
    evaluate(config, found, "validation", checkpoints, Workplace(place / "cache", place / "report"), _Quiet())
    ended, seconds = perf_counter(), _cpu_seconds() - cpu
    return {
        "series": len(values),
        "weeks": len(values[0]),
        "train_s": trained - began,
        "evaluate_s": ended - trained,
        "train_cpu_s": of_training - cpu,
        "cpu_s": seconds,
        "ms_a_series": 1000 * seconds / len(values),  # of the CPU
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "peak_mb_of_a_process": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        **_predictions(checkpoints, len(values), processes),
    }


def _predictions(checkpoints: Sequence[Checkpoint], series: int, processes: int) -> dict[str, float]:
    """Return the median time of an answer to one product, and those of the router to a batch of all."""
    router = open_forecaster(next(one.folder for one in checkpoints if one.name == "router"), processes)
    names = [f"P{number:05d}" for number in range(series)]
    router.answer([ForecastRequest(id=names[0])])  # the first answer loads what later ones have
    times = [_seconds(lambda name=name: router.answer([ForecastRequest(id=name)])) for name in names[:40]]  # type: ignore[misc]
    began, cpu = perf_counter(), _cpu_seconds()
    router.answer([ForecastRequest(id=name) for name in names[:BATCH]])
    times_of_batch = perf_counter() - began, _cpu_seconds() - cpu
    wall, used = (seconds * BATCH / min(BATCH, series) for seconds in times_of_batch)
    return {"one_ms": 1000 * median(times), "batch_s_for_10000": wall, "batch_cpu_s_for_10000": used}


def _cpu_seconds() -> float:
    """Return CPU seconds of this process and of those that it started and that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + ended.ru_utime + ended.ru_stime


def _one_by_one(values: Sequence[Array]) -> dict[str, float]:
    """Return what the libraries take for a series with the same methods, as users call them: StatsForecast, a series.

    SARIMA is left out, as the training fits it to a few series only.
    """
    import pandas as pd
    from statsforecast import StatsForecast
    from statsforecast.models import ADIDA, IMAPA, TSB, AutoETS, CrostonSBA, Naive, SeasonalNaive, Theta, WindowAverage

    models = [Naive(), SeasonalNaive(52), WindowAverage(8), AutoETS(1, "AZN"), CrostonSBA(), TSB(0.1, 0.1), ADIDA()]
    models += [IMAPA(), Theta(season_length=52)]
    frames = [
        pd.DataFrame({"unique_id": 0, "ds": np.arange(len(one)), "y": one}) for one in values[: min(ALONE, len(values))]
    ]

    def forecast(frame: Any) -> None:
        StatsForecast(models=models, freq=1, fallback_model=Naive()).cross_validation(
            df=frame, h=8, n_windows=ORIGINS, step_size=8, refit=True
        )

    forecast(frames[0])
    return {"one_by_one_ms_a_series": 1000 * median(_seconds(lambda f=frame: forecast(f)) for frame in frames)}  # type: ignore[misc]


def _seconds(work: Callable[[], object]) -> float:
    """Return CPU seconds of work in this process alone, which other work on the machine hardly changes."""
    began = process_time()
    work()
    return process_time() - began


if __name__ == "__main__":
    main()
