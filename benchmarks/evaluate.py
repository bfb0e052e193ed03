"""Benchmarks: the project's way to score checkpoints against the usual one, by phase, in CPU seconds of one thread."""

import argparse
import json
import logging
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from scipy.linalg import LinAlgWarning

from benchmarks.naive import score_naively
from benchmarks.ours import Caches, finish_evaluation, score_as_evaluate
from benchmarks.phases import Clock, medians
from benchmarks.setting import SPLIT, Setting, Sizes, make_setting
from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.prompt_plan import PromptPlan, make_plan

EXPECTED = {"cold": 4.0, "cached": 6.0}  # the least speedup over the naive way
TOLERANCE = 1e-3  # relative difference of FID and KID that is allowed to the naive way's
Seconds = Mapping[str, Mapping[str, float]]  # by way and phase
Scores = Mapping[str, Sequence[tuple[float, float]]]  # by way: FID and KID of each checkpoint


@dataclass(frozen=True)
class Measured:
    seconds: Seconds
    scores: Scores


def main() -> None:
    """Print a table by phase, the time of the rest of an evaluation, and one line of JSON. Exit with 1 if too slow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="number of runs; the median is printed (default 3)")
    repeats = parser.parse_args().repeats
    torch.set_num_threads(1)
    logging.getLogger("diffusers").setLevel(logging.ERROR)
    warnings.simplefilter("ignore", LinAlgWarning)  # the naive square root is singular with so few pictures
    with TemporaryDirectory() as folder:
        setting = make_setting(Path(folder) / "setting", Sizes())
        plan = make_plan(setting.config, setting.snapshot.splits[SPLIT], smallest=2)
        found = [_measure(setting, plan, Path(folder) / str(number)) for number in range(repeats)]
    seconds = {way: medians([measured.seconds[way] for measured in found]) for way in found[0].seconds}
    figures = _figures(seconds, found[-1].scores) | {"repeats": repeats, **asdict(Sizes())}
    print("\n".join(_lines(seconds, figures)), json.dumps(figures), sep="\n")  # noqa: T201
    raise SystemExit(0 if figures["fast_enough"] and figures["same_scores"] else 1)


def _measure(setting: Setting, plan: PromptPlan, folder: Path) -> Measured:
    clocks = {way: Clock() for way in ("naive", "cold", "cached", "beside")}
    cold, cached = (Caches(folder / "features", folder / way) for way in ("cold", "cached"))
    scores = {"naive": score_naively(setting, plan, clocks["naive"])}
    for way, caches in (("cold", cold), ("cached", cached)):
        _forget_base(setting)
        found = score_as_evaluate(setting, plan, caches, clocks[way])
        scores[way] = found.scores
    finish_evaluation(setting, plan, cached, found, clocks["beside"])
    return Measured({way: clock.seconds for way, clock in clocks.items()}, scores)


def _forget_base(setting: Setting) -> None:
    """Open another base model: a process caches only the last one, and each way must load its own."""
    train = setting.config.train.model_copy(update={"precision": "bf16"})
    open_base(setting.config.model_copy(update={"train": train}))


def _figures(seconds: Seconds, scores: Scores) -> dict[str, object]:
    ratios = {way: seconds["naive"]["total"] / seconds[way]["total"] for way in EXPECTED}
    apart = {
        name: max(abs(a[i] / b[i] - 1) for way in EXPECTED for a, b in zip(scores[way], scores["naive"], strict=True))
        for i, name in enumerate(("fid", "kid"))
    }
    return {
        "cpu_seconds": {
            way: {name: round(value, 2) for name, value in phases.items()} for way, phases in seconds.items()
        },
        "times_as_fast": {way: round(ratio, 2) for way, ratio in ratios.items()},
        "fast_enough": all(ratios[way] >= least for way, least in EXPECTED.items()),
        "apart": apart,
        "same_scores": max(apart.values()) <= TOLERANCE,
    }


def _lines(seconds: Seconds, figures: Mapping[str, object]) -> list[str]:
    ways = ("naive", "cold", "cached")
    rows = [f"{phase:<12}" + "".join(f"{seconds[way][phase]:>10.2f}" for way in ways) for phase in seconds["naive"]]
    beside = [f"{phase:<34}{value:>8.2f}" for phase, value in seconds["beside"].items()]
    head = f"{'CPU seconds':<12}" + "".join(f"{way:>10}" for way in ways)
    return [head, *rows, "", "The rest of evaluate", *beside, ""]


if __name__ == "__main__":
    main()
