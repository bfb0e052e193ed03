"""Tests: long work has a progress artifact in Prefect's page, short work none, and a failing page stops no work."""

from typing import Any
from uuid import uuid4

import pytest
from prefect import flow
from prefect.client.orchestration import get_client

from flows.console.progress_artifacts import ProgressArtifacts, Shown, artifact_key


@flow(validate_parameters=False)
def work(model: str, artifacts: Any) -> None:
    for done in range(5):
        artifacts.show("score", done, 4)


def published(model: str) -> list[tuple[str, float]]:
    with get_client(sync_client=True) as client:
        found = [artifact for artifact in client.read_artifacts() if str(artifact.key).startswith(model)]
    return [(str(artifact.key), float(str(artifact.data))) for artifact in found]


def test_long_work_has_one_artifact_that_ends_at_100() -> None:
    work("apples", ProgressArtifacts(0.0))
    assert published("apples") == [("apples-score", 100.0)]


def test_short_work_has_none() -> None:
    work("pears", ProgressArtifacts(60.0))
    assert published("pears") == []


def test_an_error_of_the_page_stops_no_work() -> None:
    artifacts = ProgressArtifacts(0.0, {"score": Shown(0.0, uuid4())})  # the server knows no such artifact
    work("plums", artifacts)
    assert artifacts.broken


@pytest.mark.parametrize("model", ["My_Shoes-2", "_x_", "A"])
def test_any_name_of_a_model_gives_a_key_that_prefect_takes(model: str) -> None:
    work(model, ProgressArtifacts(0.0))
    assert published(artifact_key(model, "score")) == [(artifact_key(model, "score"), 100.0)]


def test_outside_of_a_flow_nothing_is_published() -> None:
    ProgressArtifacts(0.0).show("score", 1, 4)
