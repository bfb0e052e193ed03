"""Tests: a version has a few tags that people read, and one record with everything else, which cannot be altered."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from mlflow.entities.model_registry import ModelVersion

from components.core.errors import CheckpointError
from components.core.records import Decision, Verdict
from components.core.scorecard_json import to_json
from registry import version_record
from registry.client import connect
from registry.scorecards import scorecard_of, write_decision, write_scorecard
from registry.search import adapter_of
from registry.status import status
from registry.tracking import open_run
from registry.version_files import verified_files
from registry.version_record import kept, update, write_record
from tests.registry.conftest import MODEL, make_scorecard
from tests.registry.toy_recipe import SHOWN, Config

MakeVersion = Callable[..., int]
READ_BY_PEOPLE = {"step", "training", "snapshot", "record"}


def read(number: int = 1) -> ModelVersion:
    return connect().get_model_version(MODEL, str(number))


@pytest.fixture
def version(make_version: MakeVersion) -> ModelVersion:
    make_version(10)
    return read()


def evaluate(config: Config, value: float = 20.0) -> ModelVersion:
    with open_run(config, "evaluate", "1", snapshot="s1") as run:
        write_scorecard(run, read(), make_scorecard(value=value), config.evaluation_digest("s1"), SHOWN)
    return read()


def artifact_of(version: ModelVersion) -> Path:
    uri = connect().get_run(str(version.run_id)).info.artifact_uri
    return Path(uri.removeprefix("file://")) / "record" / f"{version.tags['record']}.json"


def forget(home: Path) -> None:
    """Delete this machine's copies, as on another machine."""
    version_record._read.cache_clear()
    for copy in (home / "caches" / "records").iterdir():
        copy.unlink()


def test_an_evaluated_and_decided_version_has_the_tags_that_people_read_and_no_others(
    version: ModelVersion, config: Config
) -> None:
    assert version.tags.keys() == READ_BY_PEOPLE
    evaluate(config)
    write_decision(MODEL, Decision(1, Verdict.HOLD, "tie", "It is tied."))
    assert read().tags.keys() == READ_BY_PEOPLE | {"fid", "clip_score", "decision"}


def test_the_record_is_one_json_artifact_of_the_version_s_run(version: ModelVersion, config: Config) -> None:
    found = json.loads(artifact_of(evaluate(config)).read_text())
    assert found["scorecard"] == to_json(make_scorecard())
    assert (found["adapter"], found["trained_on"], found["config"]["train"]["steps"]) == ("digest10", "s1", 20)


def test_earlier_records_stay(version: ModelVersion, config: Config) -> None:
    first, second = artifact_of(evaluate(config, 20.0)), artifact_of(evaluate(config, 18.0))
    assert first != second
    assert json.loads(first.read_text())["scorecard"] == to_json(make_scorecard(value=20.0))


def test_a_record_is_read_again_where_this_machine_has_no_copy(version: ModelVersion, home: Path) -> None:
    forget(home)
    assert kept(version)["adapter"] == "digest10"


def test_a_damaged_copy_is_replaced(version: ModelVersion, home: Path) -> None:
    forget(home)
    copy = home / "caches" / "records" / f"{version.tags['record']}.json"
    copy.write_text('{"adapter": "forged"}')
    assert kept(version)["adapter"] == "digest10"
    assert json.loads(copy.read_text())["adapter"] == "digest10"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda path: path.write_text("{}"),
            "The record of version 1 of toy was changed, expected",
        ),
        (lambda path: path.unlink(), "The record of version 1 of toy is missing, expected it in its run: put record/"),
    ],
)
def test_a_record_that_was_changed_or_deleted_gives_no_files(
    version: ModelVersion, home: Path, change: Callable[[Path], Any], sentence: str
) -> None:
    change(artifact_of(version))
    forget(home)
    with pytest.raises(CheckpointError, match=f"^{sentence}"):
        verified_files(version)


def test_status_shows_the_tags_of_such_a_version_and_says_what_is_wrong(
    version: ModelVersion, home: Path, config: Config
) -> None:
    evaluate(config)
    write_decision(MODEL, Decision(1, Verdict.HOLD, "tie", "It is tied."))
    artifact_of(read()).unlink()
    forget(home)
    found = status(config)
    assert found["problem"].startswith("The record of version 1 of toy is missing")
    assert (found["versions"][0]["decision"], found["versions"][0]["fid"]) == ("HOLD", None)


def test_a_write_that_was_killed_before_its_tag_changes_nothing(version: ModelVersion) -> None:
    write_record(str(version.run_id), {**kept(version), "adapter": "another"})
    assert kept(read())["adapter"] == "digest10"


def make_old(version: ModelVersion) -> dict[str, str]:
    """Turn a version into one of release 1.0, which has everything in tags; return these."""
    record = kept(version)
    texts = {name: json.dumps(value) if isinstance(value, Mapping) else str(value) for name, value in record.items()}
    tags = {**texts, "fid.extractor": "eye@1", "test.fid": "21.0", "test.scorecard": texts["scorecard"]}
    del tags["record"], tags["config"]
    connect().delete_model_version_tag(MODEL, "1", "record")
    for name, value in tags.items():
        connect().set_model_version_tag(MODEL, "1", name, value)
    return tags


def test_a_version_of_an_earlier_release_is_read_from_its_tags(version: ModelVersion, config: Config) -> None:
    make_old(evaluate(config))
    old = read()
    assert "record" not in old.tags
    assert scorecard_of(old) == make_scorecard()
    assert adapter_of(old) == "digest10"
    assert verified_files(old).manifest.origin.step == 10


def test_the_next_write_moves_the_tags_of_an_earlier_release_into_a_record(
    version: ModelVersion, config: Config
) -> None:
    tags = make_old(evaluate(config))
    connect().set_model_version_tag(MODEL, "1", "owner", "the shoe team")
    write_decision(MODEL, Decision(1, Verdict.HOLD, "tie", "It is tied."))
    moved = read()
    assert moved.tags.keys() == READ_BY_PEOPLE | {"fid", "clip_score", "decision", "owner"}
    assert moved.tags["owner"] == "the shoe team"  # a person's own tag stays
    assert scorecard_of(moved) == make_scorecard()
    assert kept(moved)["manifest"] == tags["manifest"]
    assert kept(moved)["test.scorecard"] == to_json(make_scorecard())
    assert verified_files(moved).manifest.origin.step == 10


def test_a_value_of_none_is_removed(version: ModelVersion) -> None:
    update(version, {"golden": "abc"})
    assert kept(read())["golden"] == "abc"
    update(version, {"golden": None})
    assert "golden" not in kept(read())
