"""Registry: what `doctor` says of databases and servers: damage, migrations, and whether they answer."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from components.core.errors import AtelierError
from components.core.masking import mask_address
from registry.answering import answers
from registry.database import database_error_text, engine
from registry.environment import running_servers, servers_file
from registry.health import Line, note, problem
from registry.settings import settings, tracking_uri
from registry.sqlite_files import damage

RESTORE = "restore it from a backup (docs/runbook.md)"
REVISION = text("SELECT version_num FROM alembic_version")
MLFLOW, PREFECT = "store/db_migrations", "server/database/_migrations"


def databases() -> Iterator[Line]:
    home = settings().home
    files = [home / name for name in ("mlflow.db", "atelier.db", "prefect/prefect.db")]
    found = {file: damage(file) for file in files if file.is_file()}
    for file, said in found.items():
        if said:
            yield problem("database", f"{file} is damaged ({said})", RESTORE)
    if not any(found.values()):
        yield Line("database", f"{len(found)} SQLite files in {home} are sound")
    yield from _our_database()


def migrations() -> Iterator[Line]:
    """Compare the databases' revisions with those of the installed MLflow and Prefect."""
    uri, prefect = tracking_uri(), settings().home / "prefect" / "prefect.db"
    if not uri.startswith(("http://", "https://", "databricks")):
        act = f"make a backup, then `mlflow db upgrade {mask_address(uri)}`"
        yield from _migration("MLflow", uri, _scripts("mlflow", MLFLOW, ""), act)
    if prefect.is_file():
        act = "`make ui` brings it up to date when it starts"
        yield from _migration("Prefect", f"sqlite:///{prefect}", _scripts("prefect", PREFECT, "versions/sqlite"), act)


def servers() -> Iterator[Line]:
    """Ask the servers that variables or servers.json name."""
    if servers_file().exists() and not running_servers():
        found = f"{servers_file()} names servers that do not answer"
        yield problem("servers", found, "delete it, or run `make ui`")
    named = {"Prefect": os.environ.get("PREFECT_API_URL", "").removesuffix("/api"), "MLflow": tracking_uri()}
    asked = {name: address for name, address in named.items() if address.startswith("http")}
    ours = {"Prefect and MLflow": running_servers().get("prefect", "")}
    for name, address in (asked or ours).items():
        yield _server(name, address)


def _server(name: str, address: str) -> Line:
    shown = mask_address(address)
    if not address:
        return note("servers", "No server runs", "`make ui` starts Prefect's and MLflow's pages; commands need neither")
    if answers(f"{address.rstrip('/')}{'/api' if 'Prefect' in name else ''}/health"):
        return Line("servers", f"{name} answers at {shown}")
    return problem("servers", f"{name} does not answer at {shown}", "start it (`make ui`), or unset its variable")


def _our_database() -> Iterator[Line]:
    url = settings().database_url
    if url.startswith("sqlite"):
        return
    try:
        engine(url)
    except AtelierError as error:
        yield problem("database", str(error).partition(", expected")[0], "start it, or unset ATELIER_DATABASE_URL")
    else:
        yield Line("database", f"{mask_address(url)} answers")


def _scripts(package: str, folder: str, below: str) -> ScriptDirectory:
    """Return the migrations that an installed package has, without importing it: that takes seconds."""
    spec = find_spec(package)
    place = Path((spec.submodule_search_locations or [""])[0] if spec else "") / folder
    return ScriptDirectory(str(place), version_locations=[str(place / below)] if below else None)


def _migration(name: str, uri: str, scripts: ScriptDirectory, act: str) -> Iterator[Line]:
    try:
        opened = create_engine(uri)
        with opened.connect() as connection:
            found = str(connection.execute(REVISION).scalar())
        opened.dispose()
    except (SQLAlchemyError, OSError) as error:
        yield problem("migrations", f"{name}'s database cannot be read ({database_error_text(error)})", RESTORE)
        return
    head = scripts.get_current_head()
    if found == head:
        yield Line("migrations", f"{name}'s database has revision {found}, the newest one")
    elif _is_known(scripts, found):
        yield problem("migrations", f"{name}'s database has revision {found}, {head} is the newest one", act)
    else:
        act = f"install the {name} that made it (`pip install -r requirements.txt` of that clone)"
        yield problem("migrations", f"{name}'s database has revision {found}, which this {name} does not know", act)


def _is_known(scripts: ScriptDirectory, revision: str) -> bool:
    try:
        return scripts.get_revision(revision) is not None
    except CommandError:
        return False
