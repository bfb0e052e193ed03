"""Registry: what can be seen of a model from outside: production, ledger, runs, drift, retraining. Reads only."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from registry import tags as tag
from registry.client import connect, translate_errors
from registry.ledger.entries import Entry
from registry.ledger.state import State, read_state
from registry.ledger.verify import findings_in
from registry.looks import Look, last_look
from registry.retrainings import retrainings
from registry.tracking import newest_run

STATES = ("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED")  # of MLflow's runs
FLOWS = ("ingest", "train", "evaluate", "promote", "rollback", "lifecycle", "monitor")
PAGE = 1000


@dataclass(frozen=True, slots=True)
class Observed:
    """One model at one moment. Times are in seconds since 1970."""

    model: str
    production: int | None
    promoted: float | None  # when the ledger's last move put a version in production
    ledger_verified: bool
    runs: Mapping[str, int]  # by state
    succeeded: Mapping[str, float]  # when the newest finished run of a flow ended
    look: Look | None  # the newest one of the monitor
    retrainings: Mapping[str, int] = field(default_factory=dict)  # decisions by action


def observe(model: str) -> Observed:
    """Read everything about a model.

    Raises:
        RegistryError: MLflow or the database does not answer.
    """
    state = read_state(model)
    return Observed(
        model,
        state.production,
        _promoted(state),
        not any(finding.alarm for finding in findings_in(state)),
        runs_by_state(model),
        _last_successes(model),
        last_look(model),
        Counter(retraining.action for retraining in retrainings(model)),
    )


@translate_errors()
def runs_by_state(model: str) -> dict[str, int]:
    """Return how many runs each state has, in MLflow's experiment of the model."""
    client = connect()
    experiment = client.get_experiment_by_name(model)
    numbers = dict.fromkeys(STATES, 0)
    token: str | None = None
    while experiment is not None:
        page = client.search_runs([experiment.experiment_id], max_results=PAGE, page_token=token)
        for run in page:
            numbers[run.info.status] = numbers.get(run.info.status, 0) + 1
        token = page.token
        if not token:
            break
    return numbers


def _promoted(state: State) -> float | None:
    moved: list[Entry] = [entry for entry in state.entries if entry.move.moved]
    return moved[-1].time if moved else None


def _last_successes(model: str) -> dict[str, float]:
    found = {flow: newest_run(model, {tag.FLOW: flow}) for flow in FLOWS}
    return {flow: run.info.end_time / 1000 for flow, run in found.items() if run and run.info.end_time}
