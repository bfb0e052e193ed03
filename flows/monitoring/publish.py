"""Flows: the tasks that keep a look and publish it: database, MLflow, Prefect's page, and the event of a drift."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from prefect.artifacts import create_markdown_artifact

from components.core.config import ModelConfig
from components.core.files import write_text
from components.core.records import Snapshot
from components.drift.compare import without_embeddings
from components.drift.evidently_report import write_evidently_report
from components.drift.verdict import DriftState
from flows import events
from flows.console.progress_artifacts import artifact_key
from flows.monitoring.compare import Watched
from flows.monitoring.summary import Found, drifting, page, summary_of
from flows.retries import WITH_RETRIES
from flows.task_decorator import task
from registry import pages
from registry.looks import Look, add_look
from registry.tracking import Run

HTML, JSON = "evidently.html", "look.json"
NEWEST = "newest"  # in the run: the files of the newest look
# How MLflow's page draws the verdict as a line.
HEIGHT: Mapping[str, int] = {"TOO FEW": -1, "STABLE": 0, "WATCH": 1, "DRIFT": 2}
KEPT = (DriftState.WATCH, DriftState.DRIFT)  # whose files stay beside those of the newest look


def look_of(config: ModelConfig, watched: Watched, current: Snapshot, found: Found, run: Run, now: float) -> Look:
    """Return the record of a look at the time `now`."""
    return Look(
        model=config.model,
        time=now,
        version=int(watched.version.version),
        snapshot=watched.snapshot,
        current=current.digest,
        look=watched.look,
        state=str(found.verdict.state),
        rule=found.verdict.rule,
        sentence=found.verdict.sentence,
        n=found.rows.n,
        run=run.id,
        distances={drift.column: drift.distance for drift in found.rows.columns},
        drifting=drifting(found),
    )


@task(task_run_name="keep look {look.look} at {look.model}", **WITH_RETRIES)
def keep_look(look: Look, watched: Watched, found: Found, run: Run) -> None:
    """Write the look to the database, its numbers as metrics of the run, and its files as artifacts."""
    add_look(look, watched.promotion)
    run.metrics(metrics_of(look, found), step=look.look)
    run.flush()
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _write_files(folder, look, found)
        run.artifacts(folder, NEWEST)
        if found.verdict.state in KEPT:
            run.artifacts(folder, f"looks/{look.look:04}")


def metrics_of(look: Look, found: Found) -> dict[str, float]:
    """Return the numbers that MLflow's page draws, a line each over the looks."""
    return {
        "verdict": HEIGHT[look.state],
        "new_rows": look.n,
        **{f"drift/{drift.column}": drift.distance for drift in found.rows.columns},
        **{f"change/{change.score}": change.value for change in found.scores},
        **{f"asked/{drift.column}": drift.distance for drift in found.asked},
    }


@task(task_run_name="publish look {look.look} at {look.model}", **WITH_RETRIES)
def publish_look(look: Look, found: Found) -> dict[str, Any]:
    """Put the look on Prefect's page, and send the event of a drift. Return the look as `monitor --json` prints it."""
    summary = summary_of(look, found)
    create_markdown_artifact(
        page(summary, _links(look)),
        key=artifact_key("drift", look.model),
        description=f"{look.state}: {look.rule}",
    )
    if look.state == DriftState.DRIFT:
        events.emit_drift(look)
    return summary


def _write_files(folder: Path, look: Look, found: Found) -> None:
    write_text(folder / JSON, json.dumps(summary_of(look, found), indent=1))
    rows = found.rows
    if found.columns and rows.reference is not None and rows.current is not None:
        reference, current = without_embeddings(rows.reference), without_embeddings(rows.current)
        write_evidently_report(folder / HTML, reference, current, found.verdict)


def _links(look: Look) -> str:
    folder = f"looks/{look.look:04}" if look.state in KEPT else NEWEST
    addresses = {
        "Evidently's report": pages.artifact_page(look.run, f"{folder}/{HTML}"),
        "MLflow run of all looks": pages.run_page(look.run),
    }
    found = [f"[{name}]({address})" for name, address in addresses.items() if address]
    return " | ".join(found) or f"Evidently's report is the artifact `{folder}/{HTML}` of MLflow's run `{look.run}`."
