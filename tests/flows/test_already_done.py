"""Tests: a complete lifecycle is recognised."""

from components.core.records import Verdict
from flows.already_done import is_complete
from flows.promote import promote


def test_a_lifecycle_is_complete_for_its_own_settings_only(after_lifecycle: str) -> None:
    assert is_complete(after_lifecycle, None, [])
    assert not is_complete(after_lifecycle, None, ["seed=7"])
    assert not is_complete(after_lifecycle, None, ["promote.at_least.accuracy=0.9"])


def test_a_decision_on_one_version_does_not_complete_the_lifecycle(scored: str) -> None:
    assert promote(scored, version=1)[0].verdict is Verdict.REJECT
    assert not is_complete(scored, None, [])
    promote(scored)
    assert is_complete(scored, None, [])
