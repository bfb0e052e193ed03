"""Registry: the check of a model's ledger, alias, ledger file, weights and snapshots, as `verify` prints it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from components.core.errors import CheckpointError, DataError, RegistryError, UnavailableError
from components.data.snapshots import read_snapshot
from registry import tags as tag
from registry.aliases import has_version, require_version
from registry.base_folders import base_of, require_base
from registry.client import connect, keeps_artifacts_itself, translate_errors
from registry.ledger.jsonl_copy import check_file
from registry.ledger.state import State, read_state
from registry.ledger.verify import Finding, findings_in, problem_in
from registry.settings import settings, tracking_uri
from registry.snapshots import fetch_snapshot
from registry.version_files import name_of, verified_files
from registry.version_record import kept as kept_of


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about one part. Without `alarm`, a move is under way, its command died, or the part is not here."""

    part: str  # "ledger", "alias", "file", "weights" or "snapshot"
    said: str
    alarm: bool = True


@dataclass(frozen=True, slots=True)
class Check:
    """What was checked, and what is wrong. `head` is the hash of the ledger's last entry, or empty."""

    model: str
    entries: int
    head: str
    versions: tuple[int, ...]  # those with an alias, whose files were hashed
    folders: tuple[str, ...]  # where these files are: on this machine, or copies of a server's
    snapshots: tuple[str, ...]  # those that these versions were trained and scored on; their files were hashed too
    remarks: tuple[Remark, ...]

    @property
    def whole(self) -> bool:
        return not any(remark.alarm for remark in self.remarks)


@translate_errors()
def check(model: str, kept: str = "") -> Check:
    """Check the ledger, the alias, the ledger's file, and every version with an alias: its files and its snapshots.

    Args:
        model: the registered model.
        kept: the hash of an entry that a person kept elsewhere; the ledger must have that entry.

    Raises:
        RegistryError: the database or MLflow does not answer.
        DataError: ATELIER_SNAPSHOTS_URL does not answer, or has a damaged snapshot.
    """
    state = read_state(model)
    versions = tuple(sorted(set(state.aliases.values())))
    head = str(state.rows[-1]["hash"]) if state.rows else ""
    folders, weights = _check_files(model, versions)
    snapshots = _snapshots_of(model, versions)
    present = tuple(snapshot for snapshot in snapshots if (fetch_snapshot(model, snapshot) / snapshot).is_dir())
    remarks = (*_ledger_remarks(state, kept), *weights, *_snapshot_remarks(model, snapshots))
    return Check(model, len(state.rows), head, versions, folders, present, remarks)


def _ledger_remarks(state: State, hash_: str) -> Iterator[Remark]:
    """Yield what is wrong with the ledger; if nothing is, what is wrong with the alias and the file.

    While a move is under way, the alias and the file are a step behind, which is not an alarm.
    """
    findings = findings_in(state, hash_)
    alarms = [finding for finding in findings if finding.alarm]
    yield from (Remark("ledger", _with_act(finding, state.model)) for finding in alarms)
    if alarms:
        return  # the others cannot be compared with an altered ledger
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


def _check_files(model: str, versions: tuple[int, ...]) -> tuple[tuple[str, ...], list[Remark]]:
    """Check the files and the base model of each version; return the folders, and what is wrong."""
    folders, remarks, base = list[str](), list[Remark](), base_of(model)
    for number in versions:
        try:
            require_version(model, number)
            version = connect().get_model_version(model, str(number))
            files = verified_files(version, fresh=True)
            folders.append(str(files.folder))
            require_base(name_of(version), files.folder, files.manifest.origin, base)
        except UnavailableError:
            raise
        except (CheckpointError, RegistryError) as error:
            remarks.append(Remark("weights", str(error)))
    return tuple(folders), remarks


def _snapshots_of(model: str, versions: tuple[int, ...]) -> dict[str, int]:
    """Return the snapshots that these versions were trained and scored on, each with one of the versions."""
    found: dict[str, int] = {}
    for number in versions:
        try:
            record = kept_of(connect().get_model_version(model, str(number))) if has_version(model, number) else {}
        except CheckpointError:
            continue  # the remark on its files says it
        tested = tag.parsed(tag.TEST_SCORECARD, record.get(tag.TEST_SCORECARD))
        tested_on = tested.get("snapshot") if isinstance(tested, dict) else None
        names = (record.get(tag.TRAINED_ON), record.get(tag.SNAPSHOT), tested_on)
        found |= {str(name): number for name in names if name}
    return found


def _snapshot_remarks(model: str, snapshots: Mapping[str, int]) -> Iterator[Remark]:
    """Yield what is wrong with snapshots. With an MLflow server, one may be on another machine: that is no alarm."""
    folder = settings().snapshots(model)
    for snapshot, version in snapshots.items():
        if not (folder / snapshot).is_dir():
            act = "restore it from a copy, or run `ingest` again with the catalogue that it was made from"
            said = f"Snapshot {snapshot} of version {version} of {model} is not in {folder}: {act}."
            yield Remark("snapshot", said, alarm=not keeps_artifacts_itself(tracking_uri()))
            continue
        try:
            read_snapshot(folder, snapshot)
        except DataError as error:
            yield Remark("snapshot", str(error))
