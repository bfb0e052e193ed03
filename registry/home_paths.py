"""Registry: which home the paths in a MLflow database point to."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from registry.settings import settings, tracking_uri

Experiment = tuple[str, str, str]  # id, name, artifact location
FIRST_EXPERIMENT = "SELECT experiment_id, name, artifact_location FROM experiments ORDER BY experiment_id LIMIT 1"


def has_own_database() -> bool:
    """Tell whether MLflow's database is the one in this home, also by an address relative to the current folder."""
    kind, _, path = tracking_uri().partition(":///")
    return kind == "sqlite" and Path(path).absolute() == settings().mlflow_database


def former_home(first: Experiment | None, home: Path) -> Path | None:
    """Return the home that the database was made in, from its first experiment; None if it is this one, or unknown.

    >>> former_home(("0", "Default", "file:///a/.atelier/artifacts/0"), Path("/b/.atelier"))
    PosixPath('/a/.atelier')
    >>> former_home(("0", "Default", "s3://bucket/artifacts/0"), Path("/b/.atelier"))
    """
    found = _home_of(*first) if first else None
    return None if found is None or is_same_folder(found, home) else found


def local_path(location: str) -> Path | None:
    """Return the path of a `file:` URI or an absolute path, None for any other address."""
    if location.startswith("/"):
        return Path(location)
    parts = urlsplit(location)
    is_local = parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.startswith("/")
    return Path(unquote(parts.path)) if is_local else None


def is_same_folder(one: Path, other: Path) -> bool:
    """Tell whether two paths are one folder: a home may be reached through a symbolic link."""
    try:
        return one == other or one.samefile(other)
    except OSError:
        return False


def _home_of(number: str, name: str, location: str) -> Path | None:
    """Return the home of an experiment whose artifacts are in `<home>/artifacts/<id or name>`."""
    path = local_path(location)
    if path is None or path.name not in (number, name) or path.parent.name != "artifacts":
        return None
    return path.parent.parent
