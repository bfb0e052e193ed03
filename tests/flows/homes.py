"""Tests: homes in which flows have run already. Each is made once, and each test changes a copy of its own."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from components.recipes import RECIPES
from tests.toy_catalogue import toy_model_yaml

PATH_COLUMNS = (  # MLflow stores absolute paths
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "storage_location"),
)


def use_toy(patch: pytest.MonkeyPatch, folder: Path) -> str:
    """Register the toy recipe and write a model for it into the folder; return the model's name."""
    patch.setitem(RECIPES, "toy", "tests.toys")
    models = folder / "models"
    models.mkdir()
    patch.setenv("ATELIER_MODELS", str(models))
    return toy_model_yaml(models).stem


@contextmanager
def toy_home(template_database: Path, folder: Path) -> Iterator[str]:
    """Use a new home in `folder`, with a toy model beside it; yield the model's name."""
    home = folder / "home"
    home.mkdir()
    shutil.copy(template_database, home / "mlflow.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATELIER_HOME", str(home))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        yield use_toy(patch, folder)


def use_copy(patch: pytest.MonkeyPatch, made: Path, home: Path) -> str:
    """Copy the home that `toy_home` made in the folder `made`, use the copy, and return the toy model's name."""
    copy_home(made / "home", home)
    patch.setitem(RECIPES, "toy", "tests.toys")
    patch.setenv("ATELIER_HOME", str(home))
    patch.setenv("ATELIER_MODELS", str(made / "models"))
    (model,) = (made / "models").glob("*.yaml")
    return model.stem


def copy_home(source: Path, target: Path) -> None:
    """Copy a home and change the paths in its database, so that writes to the copy never reach the source."""
    shutil.copytree(source, target, dirs_exist_ok=True)
    with closing(sqlite3.connect(target / "mlflow.db")) as database, database:
        for table, column in PATH_COLUMNS:
            database.execute(f"UPDATE {table} SET {column} = replace({column}, ?, ?)", (str(source), str(target)))
