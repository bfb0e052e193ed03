"""Tests: refused words are found whatever their case and accents, and inside other words they are not."""

import pytest
from pydantic import BaseModel

from deployments.service.problems import ProblemError
from deployments.service.screen import require_no_refused_word, require_size
from registry.service_settings import LimitSettings


class Wish(BaseModel):
    prompt: str
    attributes: dict[str, str | list[str]] = {}
    count: int = 1


@pytest.mark.parametrize("said", ["ACMÉ shoes", "shoes, by acme!", "\uff21cme", "acme-shoes"])
def test_a_refused_word_is_found(said: str) -> None:
    for wish in (
        Wish(prompt=said),
        Wish(prompt="", attributes={"brand": [said]}),
        Wish(prompt="", attributes={said: ""}),
    ):
        with pytest.raises(ProblemError, match="The word 'Acme' may not be used here: leave it out") as caught:
            require_no_refused_word(wish, ["Acme"])
        assert caught.value.status == 403


@pytest.mark.parametrize("said", ["acmeology", "ac me", ""])
def test_other_words_pass(said: str) -> None:
    require_no_refused_word(Wish(prompt=said), ["Acme", "prompt"])


def test_several_words_in_a_row_can_be_refused() -> None:
    with pytest.raises(ProblemError):
        require_no_refused_word(Wish(prompt="the Just  do-it shoe"), ["just do it"])
    require_no_refused_word(Wish(prompt="just do", attributes={"it": ""}), ["just do it"])


def test_too_many_outputs_and_too_long_texts_are_refused() -> None:
    limits = LimitSettings(outputs=2, job_outputs=4, text=5)
    require_size(Wish(prompt="12345", count=2), limits, job=False)
    require_size(Wish(prompt="12345", count=4), limits, job=True)
    for wish, job in (
        (Wish(prompt="", count=3), False),
        (Wish(prompt="", count=5), True),
        (Wish(prompt="123456"), False),
    ):
        with pytest.raises(ProblemError):
            require_size(wish, limits, job)
