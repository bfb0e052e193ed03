"""Tests: the flow answers a request of any length with one version, and keeps the response in MLflow."""

import json

import pytest

from components.core.errors import RegistryError, UsageError
from flows.deployments import TABLE
from flows.generate import generate
from registry import tags
from registry.kept_responses import find_response
from registry.tracking import newest_run


def test_the_response_is_kept_with_its_request_and_origin(after_lifecycle: str) -> None:
    found = generate(after_lifecycle, {"grams": 120})
    assert (found["model"], found["outputs"]) == (after_lifecycle, 1)
    run = newest_run(after_lifecycle, {tags.FLOW: "generate"})
    assert run is not None
    assert run.info.run_id == found["run"]
    kept = find_response(after_lifecycle, run.data.tags[tags.FLOW_RUN])
    assert kept is not None
    assert (json.loads(kept.body), kept.origin["version"]) == ({"kind": "apple"}, found["version"])
    assert find_response(after_lifecycle, "another") is None


def test_a_request_that_the_model_refuses_is_one_sentence(after_lifecycle: str) -> None:
    with pytest.raises(UsageError, match="fruit does not take this grams"):
        generate(after_lifecycle, {"grams": "heavy"})


def test_without_a_version_in_production_it_says_what_to_do(scored: str) -> None:
    with pytest.raises(RegistryError, match="in production yet"):
        generate(scored, {"grams": 120})
    assert generate(scored, {"grams": 120}, version="1")["version"] == "1"


def test_each_model_has_a_deployment_of_it() -> None:
    assert "generate" in [row.name for row in TABLE]
