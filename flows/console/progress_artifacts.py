"""Flows: shows the progress of long work in Prefect's page, as one progress artifact for each kind of work."""

import re
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from uuid import UUID

from prefect import runtime
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.context import FlowRunContext
from prefect.settings import PREFECT_API_URL

SECONDS = 5.0  # shorter work gets no artifact, and an artifact is updated at most once in this time


def artifact_key(*words: str) -> str:
    """Return a key of a Prefect artifact: small letters, digits and dashes.

    >>> artifact_key("My_Shoes", "measure 512 examples")
    'my-shoes-measure-512-examples'
    """
    return re.sub("[^a-z0-9]+", "-", " ".join(words).lower()).strip("-")


@dataclass
class Shown:
    """The state of one kind of work."""

    since: float  # seconds, by `monotonic`
    artifact: UUID | None = None
    updated: float = 0.0


@dataclass
class ProgressArtifacts:
    """Creates and updates the artifacts of one flow run. Without effect where no Prefect server has a page."""

    seconds: float = SECONDS
    shown: dict[str, Shown] = field(default_factory=dict)
    broken: bool = False
    lock: Lock = field(default_factory=Lock)  # subjects are generated in several threads

    def show(self, what: str, done: int, total: int, left: str = "") -> None:
        if self.broken or not PREFECT_API_URL.value() or FlowRunContext.get() is None:
            return
        with self.lock:
            try:
                self._show(what, done, total, left)
            except Exception:  # progress is only shown: the work goes on without it, and without asking again
                self.broken = True

    def _show(self, what: str, done: int, total: int, left: str) -> None:
        now = monotonic()
        state = self.shown.setdefault(what, Shown(now))
        percent = 100.0 * done / max(total, 1)
        described = f"{what}: {done} of {total}{f', {left}' if left else ''}"
        if state.artifact is None:
            if done < total and now - state.since >= self.seconds:
                state.artifact, state.updated = _create(what, percent, described), now
        elif done >= total or now - state.updated >= self.seconds:
            update_progress_artifact(state.artifact, percent, description=described)
            state.updated = now


def _create(what: str, percent: float, described: str) -> UUID:
    model = str(runtime.flow_run.parameters.get("model", ""))
    created: UUID = create_progress_artifact(percent, key=artifact_key(model, what), description=described)  # type: ignore[assignment]
    return created
