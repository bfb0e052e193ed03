"""Lists the functions that a scorecard passes through from `evaluate` to the alias, on the toy model."""

import json
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import typer

from components.core.records import Candidate, Evaluation, Scorecard

PACKAGES = ("registry", "flows")  # components compute a scorecard; these two hand it on


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        quiet = {"PREFECT_LOGGING_LEVEL": "CRITICAL", "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
        os.environ |= {"ATELIER_HOME": home, "ATELIER_MODELS": home, **quiet}
        os.environ.pop("MLFLOW_TRACKING_URI", None)
        visited = follow(Path(home))
    for place in visited:
        typer.echo(place)
    modules = {place.partition(":")[0] for place in visited}
    figures = {"functions": len(visited), "modules": len(modules)}
    typer.echo(json.dumps(figures))


def follow(home: Path) -> list[str]:
    """Run the lifecycle of the toy model; return `module:function` of all that took or returned a scorecard."""
    from prefect.testing.utilities import prefect_test_harness

    from components.recipes import RECIPES
    from tests.toy_catalogue import toy_model_yaml

    RECIPES["toy"] = "tests.toys"
    model = toy_model_yaml(home).stem
    visited: dict[str, None] = {}
    with prefect_test_harness(server_startup_timeout=180):
        from flows.evaluate import evaluate
        from flows.ingest import ingest
        from flows.promote import promote
        from flows.train import train

        ingest(model)
        train(model)
        with profiled(visited):
            evaluate(model)
            promote(model)
    return list(visited)


@contextmanager
def profiled(visited: dict[str, None]) -> Iterator[None]:
    """Add to `visited` each function of these packages that takes, holds or returns a scorecard, in all threads."""

    def profile(frame: FrameType, event: str, value: Any) -> None:
        module, name = frame.f_globals.get("__name__", ""), frame.f_code.co_name
        if event not in ("call", "return") or not module.startswith(PACKAGES) or name.startswith("<"):
            return
        if holds_scorecard(value) or (event == "call" and any(map(holds_scorecard, list(frame.f_locals.values())))):
            visited[f"{module}:{name}"] = None

    threading.setprofile(profile)
    sys.setprofile(profile)
    try:
        yield
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def holds_scorecard(value: Any) -> bool:
    values = value[:4] if isinstance(value, list | tuple) else [value]
    return any(isinstance(one, Scorecard | Candidate | Evaluation) for one in values)


if __name__ == "__main__":
    main()
