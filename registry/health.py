"""Registry: one line of what `doctor` looked at: what was found, whether that is a problem, and what mends it."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "OK"
    NOTE = "note"  # nothing is wrong, and something could be used that is not
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Line:
    """What was found in one part of a home or machine. `act` is what to do about it, with the command."""

    part: str
    found: str
    act: str = ""
    state: State = State.OK

    @property
    def said(self) -> str:
        """Return one sentence."""
        return f"{self.found}: {self.act}." if self.act else f"{self.found}."


def problem(part: str, found: str, act: str) -> Line:
    return Line(part, found, act, State.PROBLEM)


def note(part: str, found: str, act: str) -> Line:
    return Line(part, found, act, State.NOTE)
