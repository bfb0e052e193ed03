"""Flows: the request for a promotion, and who made it. Imports no Prefect, so that a wrong request fails at once."""

import os
from dataclasses import dataclass
from getpass import getuser

from components.core.errors import UsageError


@dataclass(frozen=True, slots=True)
class PromotionRequest:
    """Which version to decide on (None: all), whether a person overrules the policy or approves, and why.

    Raises:
        UsageError: `force` without a version, or `force` or `approve` without a reason.
    """

    version: int | None = None
    force: bool = False
    approve: bool = False
    reason: str = ""

    def __post_init__(self) -> None:
        if self.force and self.version is None:
            raise UsageError("--force was given without --version", expected="the version to promote", act="name it")
        if (self.force or self.approve) and not self.reason.strip():
            option = "--force" if self.force else "--approve"
            raise UsageError(f"{option} was given without --reason", expected="a reason for the ledger", act="say why")


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's answer about `version`; None means the version that the policy chooses."""

    version: int | None
    approve: bool
    comment: str


def current_user() -> str:
    """Return the name of the user who runs this process, or the user id where a container has no name for it."""
    try:
        return getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def requested_by(run_id: str) -> str:
    """Return the user and the MLflow run id for the ledger. The run's tag `prefect.flow_run_id` names the flow run."""
    return f"{current_user()}, run {run_id}"
