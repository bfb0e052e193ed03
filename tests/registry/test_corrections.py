"""Tests: corrections are kept with who and when, and added once."""

import pytest

from components.core.corrections import Correction
from components.core.errors import UnavailableError
from registry.corrections import add_corrections, corrections
from registry.database import engine
from registry.settings import settings
from registry.tables import CORRECTIONS

pytestmark = pytest.mark.usefixtures("home")


def made(text: str, label: str, by: str = "ann", time: float = 5.0) -> Correction:
    return Correction({"text": text, "label": label}, by, time)


def test_corrections_are_read_as_they_were_made_the_oldest_first() -> None:
    assert add_corrections("small", [made("a", "Leak"), made("b", "Worn")]) == 2
    assert add_corrections("small", [made("c", "Leak", "ben", 6.0)]) == 1
    assert corrections("small") == [made("a", "Leak"), made("b", "Worn"), made("c", "Leak", "ben", 6.0)]
    assert corrections("other") == []


def test_one_that_is_kept_already_is_not_added_again() -> None:
    add_corrections("small", [made("a", "Leak")])
    assert add_corrections("small", [made("a", "Leak", time=9.0), made("a", "Leak", "ben"), made("a", "Worn")]) == 2
    assert len(corrections("small")) == 3


def test_a_person_who_takes_a_correction_back_and_makes_it_again_has_the_last_word_each_time() -> None:
    for label in ("Leak", "Worn", "Leak", "Leak"):
        add_corrections("small", [made("a", label), made("b", "Worn")])
    assert [c.fields["label"] for c in corrections("small") if c.fields["text"] == "a"] == ["Leak", "Worn", "Leak"]
    assert [c.fields["label"] for c in corrections("small") if c.fields["text"] == "b"] == ["Worn"]
    assert add_corrections("small", [made("a", "Worn"), made("a", "Leak")]) == 2  # in one file
    assert corrections("small")[-1] == made("a", "Leak")


def test_a_database_that_refuses_is_worth_another_try_and_named() -> None:
    CORRECTIONS.drop(engine(settings().database_url))
    with pytest.raises(UnavailableError, match="The corrections of small cannot be read"):
        corrections("small")
