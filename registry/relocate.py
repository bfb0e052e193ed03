"""Registry: changes the absolute paths of a home that was copied or moved, in one transaction; all digests hold."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, String, column, create_engine, func, inspect, literal, select, table, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from components.core.base_place import DESCRIPTION
from components.core.errors import RegistryError, UnavailableError
from registry.base_folders import find_base, note, origin_in, place_in, rename_base
from registry.home_paths import FIRST_EXPERIMENT, former_home, has_own_database, is_same_folder, local_path
from registry.settings import settings, tracking_uri

LOCATIONS = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "storage_location"),
    ("model_versions", "source"),
    ("datasets", "dataset_source"),  # JSON
)
MODELS = (("logged_models", "artifact_location"), ("model_versions", "storage_location"))


@dataclass(frozen=True, slots=True)
class Relocation:
    """What `relocate` changed, or would in a dry run."""

    home: str
    former: str  # the home that paths pointed to; empty if they point to this one
    copied: bool  # the former home is still there; it was not touched
    paths: int  # in MLflow's database
    versions: int  # packed models whose base model is in another folder now
    lost: tuple[str, ...]  # folders of base models that were not found again
    dry_run: bool

    @property
    def sentence(self) -> str:
        """Say what was done; empty if nothing was."""
        if not self.paths and not self.versions:
            return ""
        came = f"copied from {self.former}, which is left as it is" if self.copied else f"moved from {self.former}"
        begin = f"The home {self.home} was {came}" if self.former else "A base model was moved"
        bases = f"the base model's folder of {self.versions} versions" if self.versions else ""
        paths = f"{self.paths} paths in MLflow's database" if self.paths else ""
        return (
            f"{begin}: {' and '.join(filter(None, (paths, bases)))} {'would be' if self.dry_run else 'were'} changed."
        )


def relocate(former: Path | None = None, dry_run: bool = False) -> Relocation:
    """Change every path below a former home to the same path below this one, and find base models again.

    MLmodel files come first and the database is committed last, so the same call finishes what an interruption left.
    Manifests and the ledger do not change: their digests cover no folder.

    Args:
        former: the former home; by default it is read from the database of this home.
        dry_run: only count.

    Raises:
        RegistryError: MLflow is a server, its database is not this home's and no former home is named, or it does not
            answer.
    """
    uri, home = tracking_uri(), settings().home
    _require_database(uri, former)
    try:
        with create_engine(uri, poolclass=NullPool).connect() as connection:
            return _relocate(connection, former or former_home(_first_experiment(connection), home), home, dry_run)
    except (SQLAlchemyError, OSError) as error:
        said = " ".join(str(getattr(error, "orig", None) or error).split())[:200]
        act = "make its folder and its database writable, then run the same command again"
        raise UnavailableError(f"The paths of the home {home} cannot be changed ({said})", act=act) from None


def _relocate(connection: Connection, old: Path | None, home: Path, dry_run: bool) -> Relocation:
    """Change the paths, and commit unless it is a dry run: closing the connection undoes what is not committed."""
    paths = sum(_move(connection, place, old, home) for place in _present(connection)) if old else 0
    versions, lost = _rename_bases(_packed(connection, home), old is not None, dry_run)
    if not dry_run:
        _forget_servers(old, home)
        connection.commit()
    return Relocation(str(home), str(old or ""), bool(old and old.is_dir()), paths, versions, lost, dry_run)


def _require_database(uri: str, former: Path | None) -> None:
    if uri.startswith(("http://", "https://", "databricks")):
        raise RegistryError(
            "MLflow's tracking URI is a server, whose database holds the paths",
            act="end that server, set MLFLOW_TRACKING_URI to its database, and run `relocate` again",
        )
    if former is None and not has_own_database():
        raise RegistryError(
            "MLflow's database is not the one in this home, so other homes may use it too",
            act="name the folder that this home was in with --former",
        )
    if former is not None and is_same_folder(former, settings().home):
        raise RegistryError(f"{former} is this home", expected="the folder that it was in before", act="name that one")


def _first_experiment(connection: Connection) -> tuple[str, str, str] | None:
    row = connection.execute(text(FIRST_EXPERIMENT)).first()
    return (str(row[0]), str(row[1]), str(row[2])) if row else None


def _forget_servers(old: Path | None, home: Path) -> None:
    """Delete the note of running servers that came with a copy: they are the former home's."""
    if old is not None:
        (home / "servers.json").unlink(missing_ok=True)


def _present(connection: Connection) -> list[tuple[str, str]]:
    names = set(inspect(connection).get_table_names())
    return [place for place in LOCATIONS if place[0] in names]


def _move(connection: Connection, place: tuple[str, str], old: Path, home: Path) -> int:
    """Change the beginning of every path in one column; return how many there were."""
    name, field = place
    changed = 0
    for before, after in _beginnings(old, home):
        location = column(field, String)
        rest = func.substr(location, len(before) + 1)
        starts = func.substr(location, 1, len(before)) == before
        is_old = starts & (func.substr(location, 1, len(after)) != after)  # this home may lie below the old one
        statement = update(table(name, location)).where(is_old).values({field: literal(after).concat(rest)})
        changed += connection.execute(statement).rowcount
    return changed


def _beginnings(old: Path, home: Path) -> Sequence[tuple[str, str]]:
    """Return how a path below the old home begins, and how below the new one: as a URI, as a path, in JSON."""
    json_before, json_after = (json.dumps({"uri": f"{folder}/"}).removesuffix('"}') for folder in (old, home))
    forms = {f"{old.as_uri()}/": f"{home.as_uri()}/", f"{old}/": f"{home}/", f"file://{old}/": f"{home.as_uri()}/"}
    return [*forms.items(), (json_before, json_after)]


def _packed(connection: Connection, home: Path) -> list[Path]:
    """Return the folders of packed models in this home, never one outside it."""
    found = set[Path]()
    for name, field in MODELS:
        places = connection.execute(select(column(field, String)).select_from(table(name))).scalars()
        found |= {path for place in places if place and (path := local_path(place)) and path.is_relative_to(home)}
    return sorted(path for path in found if (path / DESCRIPTION).is_file())


def _rename_bases(packed: Sequence[Path], moved: bool, dry_run: bool) -> tuple[int, tuple[str, ...]]:
    """Let packed models name the base model where it is now; return how many changed, and the folders that are lost."""
    changed, lost, noted = 0, set[str](), set[str]()
    for folder, place in _with_bases(packed):
        found = _new_place(folder, place, moved)
        if found is None:
            lost.add(str(place))
            continue
        noted.add(str(found))
        if found != place:
            changed += rename_base(folder, found, dry_run)
    if not dry_run:
        note(sorted(noted))
    return changed, tuple(sorted(lost))


def _with_bases(packed: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    for folder in packed:
        place = place_in(folder)
        if place is not None:
            yield folder, place


def _new_place(folder: Path, place: Path, moved: bool) -> Path | None:
    """Return where the base model is now. A home that was moved prefers this project's, also if the old one exists."""
    if place.is_dir() and not moved:
        return place
    origin = origin_in(folder)
    return (find_base(origin) if origin else None) or (place if place.is_dir() else None)
