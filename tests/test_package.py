"""Tests: the package is complete, has one version number, and installs the command `atelier`."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from flows.version import version
from tests import ROOT

PACKAGES = ("components", "registry", "flows", "deployments")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# The script that pip writes into `bin`. The program's name is the first argument, as in a shell.
COMMAND = """
import sys
from importlib.metadata import entry_points
sys.argv[0] = "atelier"
(found,) = entry_points(group="console_scripts", name="atelier")
found.load()()
"""


def pinned(lines: list[str]) -> dict[str, str]:
    """Return the version pins by package name. Comments and options are left out."""
    texts = [line.partition(" #")[0] for line in lines if re.match("[A-Za-z]", line)]
    return {canonicalize_name(found.name): str(found.specifier) for found in map(Requirement, texts)}


def read_pins(name: str) -> dict[str, str]:
    return pinned((ROOT / name).read_text(encoding="utf-8").splitlines())


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of a wheel, built from a copy of this tree."""
    source, folder = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("installed")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(ROOT / name, source)
    code = f"from setuptools.build_meta import build_wheel; build_wheel({str(folder)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=source, check=True, capture_output=True, timeout=300)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder)
    return folder


def run_installed(folder: Path, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the installed command in a folder from which this tree cannot be imported."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ATELIER_", "MLFLOW_"))}
    return subprocess.run(
        [sys.executable, "-c", COMMAND, *words],
        cwd=cwd,
        env={**environment, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_the_package_requires_what_requirements_txt_pins() -> None:
    of_project = pinned([*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]])
    pins = read_pins("requirements.txt")
    assert {name: pins[name] for name in pins.keys() - {"setuptools"}} == of_project


def test_the_constraints_agree_with_the_pins() -> None:
    constraints = read_pins("constraints.txt")
    pins = read_pins("requirements.txt")
    assert {name: constraints[name] for name in pins.keys() & constraints.keys()} == {
        name: pins[name] for name in pins.keys() & constraints.keys()
    }


def test_every_data_file_belongs_to_the_package(installed: Path) -> None:
    files = [path.relative_to(ROOT) for name in PACKAGES for path in (ROOT / name).rglob("*") if path.is_file()]
    wanted = {path for path in files if "__pycache__" not in path.parts and not path.name.startswith(".")}
    assert wanted == {path for path in wanted if (installed / path).is_file()}


def test_the_licences_belong_to_the_package(installed: Path) -> None:
    (about,) = installed.glob("atelier-*.dist-info")
    assert {path.name for path in (about / "licenses").iterdir()} == {"LICENSE", "NOTICE"}
    assert "License-Expression: Apache-2.0" in (about / "METADATA").read_text(encoding="utf-8")


def test_the_command_prints_the_version_of_pyproject(installed: Path, tmp_path: Path) -> None:
    done = run_installed(installed, "--version", cwd=tmp_path)
    assert done.stdout == f"atelier {PROJECT['version']}\n", done.stderr
    assert version() == PROJECT["version"]


def test_a_clone_that_is_not_installed_has_the_same_version() -> None:
    assert version("atelier-that-nobody-installed") == PROJECT["version"]


def test_the_newest_release_of_the_changelog_is_this_version() -> None:
    releases = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert releases[0] == PROJECT["version"]


def test_the_command_works_in_any_folder_on_the_models_of_the_package(installed: Path, tmp_path: Path) -> None:
    done = run_installed(installed, "models", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    starter = next(model for model in json.loads(done.stdout)["models"] if model["model"] == "starter")
    assert str(installed) in starter["base_model"]["sentence"]


def test_the_usage_names_the_command_as_called(installed: Path, tmp_path: Path) -> None:
    assert "Usage: atelier [OPTIONS]" in run_installed(installed, "--help", cwd=tmp_path).stdout
    module = [sys.executable, "-m", "flows", "--help"]
    done = subprocess.run(module, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300)
    assert "Usage: python -m flows [OPTIONS]" in done.stdout


@pytest.mark.parametrize("option", ["--install-completion", "--show-completion"])
def test_the_command_installs_shell_completion(installed: Path, tmp_path: Path, option: str) -> None:
    assert option in run_installed(installed, "--help", cwd=tmp_path).stdout


def test_the_state_is_in_the_current_folder(installed: Path, tmp_path: Path) -> None:
    done = run_installed(installed, "status", "starter", "--json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["tracking_uri"] == f"sqlite:///{tmp_path / '.atelier' / 'mlflow.db'}"
