"""Tests: a home with a version of the starter's base model, made without torch, and what MLflow stores about it."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from components.core.config import read_yaml
from components.core.records import Checkpoint
from components.recipes import read_config
from components.recipes.product_images.generate.base_folder import base_digest, base_folder
from components.training.diffusion import ADAPTER_FILE
from registry.settings import REPOSITORY
from registry.tracking import open_run
from registry.versions import register
from tests.components.core.adapter_folder import write_tensors
from tests.registry.toy_recipe import ADAPTERS

MODEL = "starter"
BUNDLED = REPOSITORY / "components/recipes/product_images/starter/weights/base"


def use(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Use another home. MLflow has written the address of the earlier one into the environment."""
    monkeypatch.setenv("ATELIER_HOME", str(home))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)


def write_model(models: Path, base: Path | str = "starter") -> None:
    """Write the YAML of a model on a base model: the one of the project, or one in a folder."""
    models.mkdir(exist_ok=True)
    fields = read_yaml(REPOSITORY / "deployments" / "models" / f"{MODEL}.yaml")
    (models / f"{MODEL}.yaml").write_text(yaml.safe_dump({**fields, "base": {"model": str(base)}}))


def register_version(models: Path, folder: Path, reference: str) -> int:
    """Register a version with an adapter written by hand, whose base model is the one that the YAML names."""
    config = read_config(models, MODEL)
    header = {"__metadata__": {}, "unet.a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}
    folder.mkdir()
    write_tensors(folder / ADAPTER_FILE, json.dumps(header).encode(), bytes(16))
    digest = base_digest(base_folder(config.base))
    checkpoint = Checkpoint(folder, 10, "abc", reference, digest)
    with open_run(config, "train", "flow-run") as run:
        return register(config, run, ADAPTERS, checkpoint, "t1", "")  # of no snapshot, which `verify` would look for


def stored_paths(database: Path) -> list[str]:
    """Return every value in MLflow's database that holds an absolute path, whatever its table and column."""
    with closing(sqlite3.connect(database)) as opened:
        tables = [name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        values = [value for name in tables for row in opened.execute(f'SELECT * FROM "{name}"') for value in row]
    return [value for value in values if isinstance(value, str) and ("file:/" in value or '"/' in value)]
