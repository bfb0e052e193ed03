"""Flows: what a person asks of a promotion, and who asks. No Prefect here: a wrong request is refused at once."""

import os
from dataclasses import dataclass
from getpass import getuser

from components.core.errors import UsageError


@dataclass(frozen=True, slots=True)
class PromotionRequest:
    """Which version alone is judged (None: all), and whether a person overrules the policy, or approves, and why.

    Raises:
        UsageError: a person who overrules or approves has not said which version, or why.
    """

    version: int | None = None
    force: bool = False
    approve: bool = False
    reason: str = ""

    def __post_init__(self) -> None:
        if self.force and self.version is None:
            raise UsageError("--force was given without --version, expected one version to be promoted: name it.")
        if (self.force or self.approve) and not self.reason.strip():
            word = "--force" if self.force else "--approve"
            raise UsageError(f"{word} was given without --reason, which the ledger keeps for ever: say why.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said when asked to approve a version; None stands for whichever the policy chooses."""

    version: int | None
    approve: bool
    comment: str


def person() -> str:
    """Return the name of whoever runs this process; a container may know a number alone."""
    try:
        return getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def requested_by(run_id: str) -> str:
    """Return the person and the MLflow run, whose tag `prefect.flow_run_id` leads to the flow run."""
    return f"{person()}, run {run_id}"
