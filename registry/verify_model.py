"""Registry: everything about a model that can be checked, each finding with where it is and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass

from components.core.errors import CheckpointError, RegistryError, UnavailableError
from registry.aliases import require_version
from registry.client import connect, translate_errors
from registry.ledger.jsonl_copy import check_file
from registry.ledger.state import State, read_state
from registry.ledger.verify import Finding, findings_in, problem_in
from registry.version_files import verified


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence about a part of what is kept. Where it is no alarm, a move is under way, or was and died."""

    part: str  # "ledger", "alias", "file" or "weights"
    said: str
    alarm: bool = True


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, and what is not as it should be. `head` is the hash of the ledger's last entry, or empty."""

    model: str
    entries: int
    head: str
    versions: tuple[int, ...]  # those with an alias, whose files were hashed
    remarks: tuple[Remark, ...]

    @property
    def whole(self) -> bool:
        return not any(remark.alarm for remark in self.remarks)


@translate_errors()
def check(model: str, kept: str = "") -> Check:
    """Check the ledger, the alias, the ledger's file, and the files of every version that bears an alias.

    Args:
        model: which.
        kept: the hash of an entry that somebody kept at another place, and that must be there.

    Raises:
        RegistryError: the database or MLflow does not answer.
    """
    state = read_state(model)
    versions = tuple(sorted(set(state.aliases.values())))
    head = str(state.rows[-1]["hash"]) if state.rows else ""
    return Check(model, len(state.rows), head, versions, (*_kept(state, kept), *_weights(model, versions)))


def _kept(state: State, hash_: str) -> Iterator[Remark]:
    """Yield what is wrong with the ledger, else with what must agree with it.

    While a move is under way the alias and the file are a step behind, which is no alarm.
    """
    findings = findings_in(state, hash_)
    alarms = [finding for finding in findings if finding.alarm]
    yield from (Remark("ledger", _with_act(finding, state.model)) for finding in alarms)
    if alarms:
        return  # an altered ledger says nothing about the others
    disagrees = problem_in(state)
    if disagrees:
        yield Remark("alias", disagrees, alarm=not findings)
    differs = check_file(state.model)
    if differs:
        yield Remark("file", differs, alarm=not findings)
    if findings and not disagrees:
        yield from (Remark("ledger", str(finding), alarm=False) for finding in findings)


def _with_act(finding: Finding, model: str) -> str:
    act = f"`python -m flows restore {model} --reason ...` puts it back; until then nothing is moved"
    return f"{str(finding).removesuffix('.')}: {act}."


def _weights(model: str, versions: tuple[int, ...]) -> Iterator[Remark]:
    for number in versions:
        try:
            require_version(model, number)
            verified(connect().get_model_version(model, str(number)), fresh=True)
        except UnavailableError:
            raise
        except (CheckpointError, RegistryError) as error:
            yield Remark("weights", str(error))
