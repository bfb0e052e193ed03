"""Tests: the commands `models`, `check` and `new`."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from components.recipes import RECIPES, model_names
from flows.lifecycle import lifecycle
from tests import ROOT
from tests.flows.command_line import run

pytestmark = pytest.mark.usefixtures("narrow")


@pytest.fixture
def narrow(command_environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def models(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A copy of the package's folder of models, in a home with empty caches."""
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hugging-face"))
    folder = Path(shutil.copytree(ROOT / "deployments" / "models", tmp_path / "models"))
    monkeypatch.setenv("ATELIER_MODELS", str(folder))
    return folder


def run_alone(*words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, which reads from the environment where Hugging Face keeps its files."""
    command = [sys.executable, "-m", "flows", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


def rows() -> Mapping[str, Any]:
    done = run("models", "--json")
    assert done.exit_code == 0, done.stderr
    return by_name(done.stdout)


def by_name(listed: str) -> Mapping[str, Any]:
    return {row["model"]: row for row in json.loads(listed)["models"]}


def test_each_model_has_a_row_that_says_what_is_found_and_what_is_missing(models: Path) -> None:
    found = by_name(run_alone("models", "--json").stdout)
    assert list(found) == model_names(models)
    assert {row["recipe"] for row in found.values()} == set(RECIPES)
    starters = {name for name in found if name.endswith("starter")}  # everything they need is in the repository
    assert {name for name, row in found.items() if row["catalogue"]["found"]} == starters
    assert {row["base_model"]["found"] for name, row in found.items() if name in starters and row["base_model"]} == {
        True
    }
    assert {row["production"] for row in found.values()} == {None}
    assert [run["flow"] for run in found["starter"]["schedule"]["runs"]] == ["lifecycle", "monitor"]
    assert "lacks the catalogue" in found["casual-shoes"]["schedule"]["none"]


def test_the_table_fits_in_80_columns_and_names_the_place_of_a_missing_catalogue(models: Path) -> None:
    lines = run_alone("models").stdout.splitlines()
    assert max(map(len, lines)) <= 80
    first = next(number for number, line in enumerate(lines) if "casual-shoes" in line)
    assert lines[first].split() == ["casual-shoes", "product-images", "missing:", "missing", "none", "none"]
    assert "".join(line.strip() for line in lines[first + 1 : first + 3]).startswith("fashion-dataset")
    assert any(line.split() == ["starter", "product-images", "found", "found", "none", "lifecycle"] for line in lines)
    assert any(line.split()[:2] == ["attributes-", "product-"] for line in lines)  # no name is cut inside a word


def test_the_version_in_production_is_shown(toy: str) -> None:
    lifecycle(toy)
    served = rows()[toy]["production"]
    assert set(served) == {"version", "step", "name"}
    assert f"{served['version']} (step {served['step']})" in run("models").stdout


def test_listing_models_creates_no_database_where_nothing_ran(bare_home: Path) -> None:
    assert rows()["starter"]["production"] is None
    assert not bare_home.exists()


def test_a_model_with_a_wrong_yaml_has_an_error_and_the_others_are_still_listed(models: Path) -> None:
    (models / "cats.yaml").write_text("model: cats\nrecipe: product-images\n")
    found = rows()
    assert list(found) == model_names(models)
    assert found["cats"]["recipe"] is None
    assert "cats.yaml: about is missing" in found["cats"]["error"]
    assert "Error: cats.yaml: about is missing" in run("models").stdout


def test_listing_and_checking_models_imports_no_torch_and_neither_does_importing_a_flow(bare_home: Path) -> None:
    code = """
import sys, flows.cli
for words in (["models", "--json"], ["check", "starter", "--json"]):
    flows.cli.app(words, standalone_mode=False)
import flows.lifecycle, flows.monitor
print(sorted({"torch", "torchmetrics", "transformers", "scipy.stats", "matplotlib"} & sys.modules.keys()))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_model_that_has_everything_passes_the_check(models: Path) -> None:
    done = run_alone("check", "starter")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "starter has everything that it needs."
    assert "LPIPS is optional: The weights of SqueezeNet 1.1 are not on this machine" in done.stdout


def test_a_model_that_lacks_something_fails_the_check_with_a_sentence_for_each_missing_thing(models: Path) -> None:
    done = run_alone("check", "casual-shoes")
    assert done.returncode == 1
    assert [line.split()[-1] for line in done.stdout.splitlines() if "missing" in line.split()] == ["missing"] * 4
    assert "There is no catalogue at fashion-dataset" in done.stdout
    assert "The weights of facebook/dinov2-small are not on this machine" in done.stdout
    assert done.stdout.splitlines()[-1] == "Missing: 4 of 5. casual-shoes cannot go through its lifecycle yet."


def test_the_catalogue_of_the_option_is_checked(models: Path, tmp_path: Path) -> None:
    (tmp_path / "mine" / "images").mkdir(parents=True)
    assert "has no styles.csv" in run("check", "shoes-64", "--catalogue", str(tmp_path / "mine")).stdout
    (tmp_path / "mine" / "styles.csv").touch()
    done = run("check", "shoes-64", "--catalogue", str(tmp_path / "mine"), "--json")
    assert done.exit_code == 0, done.stdout
    assert json.loads(done.stdout)["complete"]


def test_a_new_model_is_written_and_listed_at_once(models: Path) -> None:
    done = run("new", "tees", "--like", "shoes-64", "--where", "articleType=Tshirts", "--where", "gender=Men")
    assert done.exit_code == 0, done.stderr
    assert str(models / "tees.yaml") in done.stdout
    assert "where: {articleType: [Tshirts], gender: [Men]}" in (models / "tees.yaml").read_text()
    assert "  python -m flows check tees\n  python -m flows lifecycle tees\n" in done.stdout
    assert rows()["tees"]["base_model"]["found"]


def test_new_prints_the_file_and_the_next_commands_as_json(models: Path) -> None:
    done = run("new", "tees", "--like", "shoes-64", "--where", "articleType=Tshirts", "--json")
    assert json.loads(done.stdout) == {
        "model": "tees",
        "path": str(models / "tees.yaml"),
        "next": ["python -m flows check tees", "python -m flows lifecycle tees"],
    }


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("starter", "--like", "shoes-64", "--where", "articleType=Tshirts"), "starter.yaml exists already"),
        (("a/b", "--like", "starter", "--where", "articleType=Tshirts"), "A model cannot be called 'a/b'"),
        (("tees", "--like", "starter", "--where", "article=Tshirts"), "--where names the column 'article'"),
        (("tees", "--like", "cats", "--where", "articleType=Tshirts"), "No model is called 'cats'"),
    ],
)
def test_wrong_arguments_of_new_exit_with_2_and_one_sentence(
    models: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    done = run("new", *arguments)
    assert done.exit_code == 2
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("Error: ")
    assert sentence in line
    assert not (models / "tees.yaml").exists()
