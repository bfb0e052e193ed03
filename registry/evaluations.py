"""Registry: what an evaluation left with its run: the comparisons of versions, the report, the grids."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

from mlflow.entities.model_registry import ModelVersion

from components.core.records import Comparison
from registry import tags as tag
from registry.checkpoint_runs import OUTPUTS
from registry.client import connect, translate_errors
from registry.search import adapter_of
from registry.tracking import Run, artifact_of, newest_run
from registry.version_record import kept

COMPARISONS = "comparisons.json"
REPORT = "evaluation/report.json"
CARDS = "evaluation/cards"


def grid_of(version: ModelVersion) -> str:
    """Return the address of a version's sample grid on MLflow's server; empty if its evaluation has none."""
    run, file = str(kept(version).get(tag.SCORED_BY, "")), f"{CARDS}/{adapter_of(version)}.png"
    if not run or file not in {found.path for found in connect().list_artifacts(run, CARDS)}:
        return ""
    return f"get-artifact?path={quote(file, safe='')}&run_uuid={run}"


@translate_errors()
def log_grid(own: Run, evaluation: Run, version: ModelVersion) -> None:
    """Copy a version's sample grid from its evaluation to its own run, where people look for it."""
    file = f"{CARDS}/{adapter_of(version)}.png"
    content = artifact_of(connect().get_run(evaluation.id), file)
    if content is None:
        return
    with TemporaryDirectory() as temporary:
        (Path(temporary) / "evaluation.png").write_bytes(content)
        own.artifacts(Path(temporary), OUTPUTS)


@translate_errors()
def write_comparisons(run: Run, comparisons: Sequence[Comparison]) -> None:
    """Log the paired comparisons of the subjects that a run scored, as its artifact."""
    run.record(COMPARISONS, {"comparisons": [asdict(comparison) for comparison in comparisons]})


@translate_errors()
def read_comparisons(model: str, evaluation: str) -> list[Comparison]:
    """Return the paired comparisons of the newest finished evaluation with this digest; empty if there is none."""
    content = artifact_of(_evaluation(model, evaluation), COMPARISONS)
    return [Comparison(**fields) for fields in json.loads(content)["comparisons"]] if content else []


@translate_errors()
def report_digest(model: str, evaluation: str) -> str:
    """Return the sha256 of the report of the newest finished evaluation with this digest; empty if it has none."""
    content = artifact_of(_evaluation(model, evaluation), REPORT)
    return sha256(content).hexdigest() if content else ""


def evaluation_run(model: str, evaluation: str) -> str:
    """Return the id of the newest finished evaluation with this digest; empty if there is none."""
    run = _evaluation(model, evaluation)
    return str(run.info.run_id) if run else ""


def _evaluation(model: str, digest: str) -> Any:
    """Return the newest finished evaluation with this digest, or None."""
    return newest_run(model, {tag.FLOW: "evaluate", tag.EVALUATION: digest})
