"""Tests: a version's card is its MLflow description, written only if it changes."""

from collections.abc import Callable
from pathlib import Path

from registry.cards import write_card
from registry.scorecards import write_scorecard
from registry.search import trained_versions
from registry.tracking import open_run
from tests.registry.conftest import MODEL, make_scorecard
from tests.registry.toy_recipe import SHOWN, Config


def test_a_card_is_written_once_and_again_after_scores_were_written(
    make_version: Callable[..., int], config: Config
) -> None:
    make_version(step=10)
    (version,) = trained_versions(MODEL, "t1")
    assert write_card(config, version)
    (version,) = trained_versions(MODEL, "t1")
    assert "Not evaluated yet." in str(version.description)
    assert config.about in str(version.description)
    assert not write_card(config, version)
    with open_run(config, "evaluate", "2") as run:
        write_scorecard(run, version, make_scorecard(), "e1", SHOWN)
    (version,) = trained_versions(MODEL, "t1")
    assert write_card(config, version)
    (version,) = trained_versions(MODEL, "t1")
    assert "| fid | 20 (19 to 21) | 64 |" in str(version.description).replace("\u00a0", "")


def test_a_card_shows_the_sample_grid_of_the_evaluation(
    make_version: Callable[..., int], config: Config, tmp_path: Path
) -> None:
    make_version(step=10)
    (version,) = trained_versions(MODEL, "t1")
    with open_run(config, "evaluate", "2") as run:
        (tmp_path / "cards").mkdir()
        (tmp_path / "cards" / "digest10.png").write_bytes(b"a picture")
        run.artifacts(tmp_path / "cards", "evaluation/cards")
        write_scorecard(run, version, make_scorecard(), "e1", SHOWN)
    (version,) = trained_versions(MODEL, "t1")
    write_card(config, version)
    (version,) = trained_versions(MODEL, "t1")
    assert f"](get-artifact?path=evaluation%2Fcards%2Fdigest10.png&run_uuid={run.id})" in str(version.description)
