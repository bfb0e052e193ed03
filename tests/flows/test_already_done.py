"""Tests: a round that is complete is known before Prefect is started."""

from components.core.records import Verdict
from flows.already_done import is_complete
from flows.promote import promote


def test_a_complete_round_is_known_and_other_settings_are_not(after_a_round: str) -> None:
    assert is_complete(after_a_round, None, [])
    assert not is_complete(after_a_round, None, ["seed=7"])
    assert not is_complete(after_a_round, None, ["promote.at_least.accuracy=0.9"])


def test_a_decision_on_one_version_alone_leaves_the_others_to_be_decided_upon(scored: str) -> None:
    assert promote(scored, version=1)[0].verdict is Verdict.REJECT
    assert not is_complete(scored, None, [])
    promote(scored)
    assert is_complete(scored, None, [])
