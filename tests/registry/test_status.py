"""Tests: the status of a model."""

import json
from collections.abc import Callable
from pathlib import Path

from components.core.records import BASE, Decision, Score, Scorecard, Verdict
from registry.production import Promotion, move_production, unless_overtaken
from registry.scorecards import write_base_scorecard, write_decision, write_scorecard
from registry.search import trained_versions
from registry.settings import tracking_uri
from registry.status import status
from registry.tracking import open_run
from tests.registry.conftest import MODEL, make_scorecard
from tests.registry.toy_recipe import SHOWN, Config, toy_config

MakeVersion = Callable[..., int]


def test_a_model_that_was_never_trained_has_no_versions_and_no_error(home: Path) -> None:
    assert status(toy_config("nobody")) == {
        "model": "nobody",
        "snapshot": None,
        "production": None,
        "challenger": None,
        "moved": None,
        "problem": None,
        "dead": [],
        "working": [],
        "look": None,
        "versions": [],
        "base": None,
        "shown": [
            {"name": "fid", "title": "FID", "decimals": 2},
            {"name": "kid", "title": "KID", "decimals": 4},
            {"name": "clip_score", "title": "CLIP score", "decimals": 3},
        ],
        "tracking_uri": tracking_uri(),
        "page": None,
        "schedule": {"none": "nobody.yaml has no schedule.", "runs": [], "time_zone": "UTC"},
    }


def test_a_model_that_was_only_ingested_has_a_snapshot(home: Path, config: Config) -> None:
    with open_run(config, "ingest", "1") as run:
        run.tag("snapshot", "s1")
    assert status(toy_config())["snapshot"] == "s1"


def test_the_status_after_a_whole_lifecycle_is_json(make_version: MakeVersion, config: Config) -> None:
    first, second = make_version(10), make_version(20)
    decision = Decision(first, Verdict.PROMOTE, "first", "It is the best.")
    with open_run(config, "evaluate", "1", snapshot="s1") as run:
        write_base_scorecard(run, Scorecard(BASE, "s1", "validation", {"fid": Score(62.0, 64, 61, 63)}), SHOWN)
        write_scorecard(run, trained_versions(MODEL, "t1")[0], make_scorecard(10, value=20.0), "e1", SHOWN)
    write_decision(MODEL, decision)
    move_production(MODEL, Promotion(decision.version), unless_overtaken(decision, None))
    found = json.loads(json.dumps(status(toy_config()), allow_nan=False))
    assert found["snapshot"] == "s1"
    assert [row["version"] for row in found["versions"]] == [second, first]
    production = found["production"]
    assert (production["version"], production["step"], production["fid"]) == (first, 10, 20.0)
    assert (production["clip_score"], production["decision"]) == (0.3, "PROMOTE")
    unscored, scored = found["versions"]
    assert (unscored["fid"], unscored["kid"], unscored["decision"], unscored["aliases"]) == (None, None, None, [])
    assert (scored["fid_low"], scored["fid_high"], scored["aliases"]) == (19.0, 21.0, ["Production"])
    assert (scored["rule"], scored["reason"]) == ("first", "It is the best.")
    assert found["base"]["fid"] == 62.0
    assert found["base"]["version"] == "base"


def test_a_non_finite_score_is_null(make_version: MakeVersion, config: Config) -> None:
    make_version(10)
    broken = Scorecard("step-10", "s1", "validation", {"fid": Score(float("nan"), 4, float("-inf"), float("inf"))})
    with open_run(config, "evaluate", "1", snapshot="s1") as run:
        write_scorecard(run, trained_versions(MODEL, "t1")[0], broken, "e1", SHOWN)
    (row,) = status(toy_config())["versions"]
    assert (row["fid"], row["fid_low"], row["fid_high"]) == (None, None, None)
