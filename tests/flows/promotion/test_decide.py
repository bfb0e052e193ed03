"""Tests: which versions a promotion decides on, and how a request changes the policy's decision."""

import pytest
from sqlalchemy import update as sql_update

from components.core.errors import AtelierError
from components.core.records import Verdict
from flows.promote import promote
from flows.tasks import read_config
from registry.aliases import CHALLENGER, PRODUCTION, aliases
from registry.client import connect
from registry.database import engine
from registry.ledger.entries import Action
from registry.ledger.store import history
from registry.ledger.verify import verify
from registry.settings import settings
from registry.status import status
from registry.tables import MOVES
from registry.tags import SCORECARD
from registry.version_record import update


def test_without_scored_versions_of_these_settings_the_error_names_the_command_to_run(scored: str) -> None:
    with pytest.raises(AtelierError, match=r"No version of fruit .* run `python -m flows evaluate fruit` first"):
        promote(scored, overrides=["train.stride=1"])


def test_an_unscored_version_has_another_error_than_a_missing_one(scored: str) -> None:
    update(connect().get_model_version(scored, "1"), {SCORECARD: None}, {})
    with pytest.raises(
        AtelierError, match=r"Version 1 of fruit is not one that .* scored with the present settings on snapshot"
    ):
        promote(scored, version=1, force=True, reason="a slip")


def test_unscored_versions_are_left_out_and_named(
    scored: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    update(connect().get_model_version(scored, "1"), {SCORECARD: None}, {})
    assert {decision.version for decision in promote(scored, dry_run=True)} == {2, 3, 4}
    logged = capfd.readouterr().err + caplog.text
    assert "left out, as `evaluate` has not scored them with these settings: version 1" in logged


def test_a_version_can_be_forced_against_the_policy_and_both_reasons_are_kept(after_lifecycle: str) -> None:
    worst = min(version["version"] for version in status(read_config(after_lifecycle))["versions"])
    (decision,) = promote(after_lifecycle, version=worst, force=True, reason="The customer wants it.")
    assert (decision.verdict, decision.rule) == (Verdict.PROMOTE, "forced")
    last = history(after_lifecycle)[-1].move
    assert (last.action, last.rule, last.to_version) == (Action.PROMOTE, "forced", worst)
    assert "The customer wants it." in last.reason
    assert "The policy decided REJECT (bound:accuracy)" in last.reason


def test_the_next_best_is_challenger_until_it_is_promoted(scored: str) -> None:
    promote(scored, overrides=["promote.at_least={}", "promote.beat_base=false"])
    held = aliases(scored)
    assert held.keys() == {PRODUCTION, CHALLENGER}
    assert promote(scored, version=held[CHALLENGER])[0].verdict is Verdict.HOLD
    assert aliases(scored) == held
    promote(scored, version=held[CHALLENGER], force=True, reason="Let us try it.")
    assert aliases(scored) == {PRODUCTION: held[CHALLENGER]}


def test_an_altered_ledger_is_reported_even_where_nothing_would_move(
    after_lifecycle: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with engine(settings().database_url).begin() as connection:
        connection.execute(sql_update(MOVES).where(MOVES.c.entry == 1).values(reason="It was always good."))
    promote(after_lifecycle, dry_run=True)
    logged = capfd.readouterr().err + caplog.text
    assert "The ledger of fruit was altered: `python -m flows verify fruit` tells" in logged
    assert verify(after_lifecycle) != []
