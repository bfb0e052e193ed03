"""Tests: personal details are replaced, and part numbers, dates and words of a workshop are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.recipes.failure_modes.ingest.mask import mask_details
from components.recipes.failure_modes.reading import DETAILS

MASKED = {
    "call dave.brown@example.org now": "call <email> now",
    "rang 0412 345 678, no answer": "rang <phone>, no answer",
    "phone (03) 9123 4567": "phone <phone>",
    "ring +44 20 7946 0958": "ring <phone>",
    "Ph: 9123 4567": "Ph: <phone>",
    "VIN WVWZZZ1JZXW000001 oil leak": "VIN <vin> oil leak",
    "rego ABC-123 wont start": "rego <plate> wont start",
    "van AB12 CDE at gate": "van <plate> at gate",
    "stapler M-AB 1234": "stapler <plate>",
    "Operator John Smith says it leaks": "Operator <name> says it leaks",
    "reported by J. Smith": "reported by <name>",
    "REPORTED BY JOHN SMITH": "REPORTED BY <name>",
    "OPERATOR JOHN REPORTED LEAK": "OPERATOR <name> REPORTED LEAK",
    "operator john replaced the hose": "operator <name> replaced the hose",
}
KEPT = (
    "replaced P/N 123-456-789 on 2001-11-06",
    "hours 12345678 at service",
    "tie rod end worn, jack it up",
    "CHECK DRIVER SEAT",
    "contact breaker burnt",
    "plate cracked",
    "20.11.2024 10:45 belt off",
    "4T-1234 HOSE 1000 psi",
)


@pytest.mark.parametrize(("text", "masked"), MASKED.items())
def test_personal_details_are_masked(text: str, masked: str) -> None:
    assert mask_details(text, DETAILS) == masked


@pytest.mark.parametrize("text", KEPT)
def test_part_numbers_dates_and_words_of_a_workshop_are_kept(text: str) -> None:
    assert mask_details(text, DETAILS) == text


def test_only_the_named_details_are_masked_and_listed_names_wherever_they_stand() -> None:
    text = "mail a@b.org or Zoltan"
    assert mask_details(text, ["names"], ["Zoltan"]) == "mail a@b.org or <name>"
    assert mask_details(text, ["emails"], ["Zoltan"]) == "mail <email> or Zoltan"


@given(st.text(max_size=80))
def test_what_is_masked_once_is_not_masked_again(text: str) -> None:
    once = mask_details(text, DETAILS)
    assert mask_details(once, DETAILS) == once
