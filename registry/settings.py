"""Registry: settings from the environment, and the folders under ATELIER_HOME."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from filelock import FileLock
from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from components.core.files import replace_files

REPOSITORY = Path(__file__).resolve().parents[1]
PREFIX = "ATELIER_"


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


def _sqlite_in(settings: dict[str, Any]) -> str:
    return f"sqlite:///{settings['home']}/atelier.db"


Folder = Annotated[Path, AfterValidator(_absolute)]


class Settings(BaseSettings):
    """ATELIER_HOME and the other variables of this prefix, with defaults that need no set-up."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True, validate_default=True)

    home: Folder = Path(".atelier")
    models: Folder = REPOSITORY / "deployments" / "models"
    product_lines: Folder = REPOSITORY / "deployments" / "products"
    service: Folder = REPOSITORY / "deployments" / "service" / "service.yaml"  # the settings of `make serve`
    database_url: str = Field(default_factory=_sqlite_in)  # of the ledger, its locks and the ratings
    device_runs: int = Field(default=1, ge=0)  # how many flows may use this machine's device at once; 0: any number

    work_pool: str = "atelier"  # whose runs `make worker` starts on this machine
    snapshots_url: str = ""  # where other machines find the snapshots of this one: an address of fsspec
    artifacts_url: str = ""  # of MLflow's artifacts, where no MLflow server chooses it

    @property
    def mlflow_database(self) -> Path:
        return self.home / "mlflow.db"

    @property
    def artifacts(self) -> Path:
        return self.home / "artifacts"

    @property
    def artifact_root(self) -> str:
        """Return the address of MLflow's artifacts: ATELIER_ARTIFACTS_URL, else a folder below ATELIER_HOME."""
        return self.artifacts_url.rstrip("/") or self.artifacts.as_uri()

    @property
    def caches(self) -> Path:
        return self.home / "caches"

    @property
    def catalogues(self) -> Path:
        return self.home / "catalogues"

    @property
    def reports(self) -> Path:
        return self.home / "reports"

    def snapshots(self, model: str) -> Path:
        """Return the folder of all snapshots of one model."""
        return self.home / "snapshots" / model

    def snapshot_store(self, model: str) -> str:
        """Return the address of the copies of one model's snapshots; empty where there are none."""
        return f"{self.snapshots_url.rstrip('/')}/{model}" if self.snapshots_url else ""

    def checkpoints(self, model: str, training: str) -> Path:
        """Return the folder of the checkpoints of one training, named by its digest."""
        return self.home / "checkpoints" / model / training

    def keep_report(self, model: str, folder: Path) -> Path:
        """Copy a report to `reports/<model>`, in place of the earlier one; return that folder.

        Each file is replaced atomically, so that readers always find a report. Those who keep one at once take turns.
        """
        kept = self.reports / model
        kept.mkdir(parents=True, exist_ok=True)
        with FileLock(self.reports / f".{kept.relative_to(self.reports).parts[0]}.lock"):
            replace_files(folder, kept)
        return kept


def settings() -> Settings:
    """Return the settings of the present environment and folder: never out of date, and parsed once."""
    variables = {name: text for name, text in os.environ.items() if name.upper().startswith(PREFIX)}
    return _parsed(_folder(), os.environ.get("HOME", ""), tuple(sorted(variables.items())))


def _folder() -> str:
    try:
        return str(Path.cwd())
    except FileNotFoundError:  # it was removed, which a complete path survives
        return ""


@lru_cache(maxsize=16)
def _parsed(folder: str, user: str, variables: tuple[tuple[str, str], ...]) -> Settings:
    """Parse them. The arguments are what the result depends on."""
    return Settings()


def tracking_uri() -> str:
    """Return MLFLOW_TRACKING_URI if it is set, else the SQLite file under ATELIER_HOME."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{settings().mlflow_database}"
