"""Tests: the files of Docker and Kubernetes have the versions of requirements.txt, no secret, and one thing to run."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from tests import ROOT
from tests.test_package import pinned, read_pins

DOCKER, KUBERNETES = ROOT / "deployments" / "docker", ROOT / "deployments" / "kubernetes"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OURS = f"atelier:{PROJECT['version']}"
DOCKERFILE = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
RUN = "python -m flows.deployed_run"


def documents() -> list[Any]:
    texts = [path.read_text(encoding="utf-8") for path in sorted(KUBERNETES.glob("*.yaml"))]
    return [document for text in texts for document in yaml.safe_load_all(text)]


def template(folder: Path) -> Any:
    return json.loads((folder / "work_pool.json").read_text(encoding="utf-8"))


def images(value: Any) -> Iterator[str]:
    """Yield every image that a file names."""
    if isinstance(value, dict):
        yield from (str(found) for key, found in value.items() if key == "image")
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from images(inner)


def test_the_image_installs_what_the_package_requires_and_nothing_of_the_tests() -> None:
    (marker,) = re.findall(r"sed '/\^(.+)/,\$d' requirements\.txt", DOCKERFILE)
    kept = (ROOT / "requirements.txt").read_text(encoding="utf-8").partition(f"\n{marker}")[0]
    found = pinned(kept.splitlines())
    found.pop("setuptools")
    assert found == pinned(PROJECT["dependencies"])


def test_the_base_image_is_pinned_and_of_a_python_that_the_package_allows() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    versions = [re.fullmatch(r"python:(\d+\.\d+\.\d+)-slim-bookworm", base) for base in bases]
    assert len(set(bases)) == 1
    assert all(found and found[1] in SpecifierSet(PROJECT["requires-python"]) for found in versions)


def test_nothing_runs_as_root() -> None:
    user = re.findall(r"^USER (\d+)$", DOCKERFILE, re.MULTILINE)
    assert user == ["10001"]
    pods = json.dumps([*documents(), template(KUBERNETES)])
    assert pods.count('"runAsNonRoot": true') == pods.count('"containers"') == 3
    assert pods.count('"readOnlyRootFilesystem": true') == 3
    assert template(DOCKER)["job_configuration"]["privileged"] is False


def test_every_image_has_a_version_and_ours_is_that_of_the_package() -> None:
    found = {*images(COMPOSE), *images(documents()), *images(template(KUBERNETES)), *images(template(DOCKER))}
    assert OURS in found
    assert {image for image in found if image.startswith("atelier")} == {OURS}
    assert [image for image in found if ":" not in image or image.endswith(":latest")] == []


def test_the_worker_of_kubernetes_has_our_version_of_prefect() -> None:
    (image,) = (image for image in images(documents()) if image.startswith("prefecthq/"))
    pin = read_pins("requirements.txt")["prefect"].removeprefix("==")
    assert image == f"prefecthq/prefect:{pin}-python3.11-kubernetes"


@pytest.mark.parametrize("folder", [DOCKER, KUBERNETES], ids=["docker", "kubernetes"])
def test_a_deployment_can_set_nothing_and_a_container_runs_our_check_first(folder: Path) -> None:
    pool = template(folder)
    assert pool["variables"] == {"type": "object", "properties": {}, "additionalProperties": False}
    placeholders = re.findall(r"\{\{ *([\w.-]+) *\}\}", json.dumps(pool["job_configuration"]))
    assert all(name.startswith("prefect.blocks.secret.") for name in placeholders)
    job = pool["job_configuration"].get("job_manifest", {})
    containers = job["spec"]["template"]["spec"]["containers"] if job else []
    commands = [" ".join(container["args"]) for container in containers]
    assert (commands or [pool["job_configuration"]["command"]]) == [RUN]


def test_no_file_has_a_secret() -> None:
    assert re.findall(r"(?i)(password|secret|token|auth)\w*=\S", DOCKERFILE) == []
    example = (DOCKER / "example.env").read_text(encoding="utf-8")
    assert re.findall(r"^(?:\w*PASSWORD|PREFECT_AUTH)=(.+)$", example, re.MULTILINE) == []
    named = re.compile(r"PASSWORD|SECRET|AUTH_STRING")
    for service in COMPOSE["services"].values():
        for name, value in service.get("environment", {}).items():
            assert not named.search(name) or str(value).startswith("${"), name
            assert "://atelier:" not in str(value) or "://atelier:${POSTGRES_PASSWORD}@" in str(value), name


def test_pages_are_published_on_this_machine_only() -> None:
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert ports == ["127.0.0.1:4200:4200", "127.0.0.1:5000:5000"]


def test_the_folder_of_the_clone_that_docker_sees_has_no_state_and_no_secret() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert lines[1] == "*"
    copied = {
        word for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE) for word in line.split()
    }
    assert {line.removeprefix("!") for line in lines if line.startswith("!")} == copied
