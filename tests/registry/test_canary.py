"""Tests: that a Challenger's share was taken back is an entry of the ledger, which moves no alias."""

from collections.abc import Callable

from registry.canary import stopped, write_stop
from registry.ledger.verify import problem
from tests.registry.conftest import MODEL, moves, promote, served


def test_the_entry_moves_nothing_and_says_why(make_version: Callable[..., int]) -> None:
    first, second = make_version(10), make_version(20)
    promote(first)
    entry = write_stop(MODEL, second, "It is slower.", "service")
    assert (entry.move.rule, entry.move.reason) == ("canary", "It is slower.")
    assert served() == first
    assert moves()[-1] == ("REFUSED", first, second)
    assert problem(MODEL) is None
    assert stopped(MODEL, second) == "It is slower."
    assert stopped(MODEL, first) == ""
