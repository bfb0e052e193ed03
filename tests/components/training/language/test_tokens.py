"""Tests of prompts and texts as tokens."""

import pytest
import torch

from components.core.errors import BaseModelError, DataError
from components.training.language.tokens import (
    IGNORED,
    encode_pair,
    encode_prompt,
    pad_right,
    padding_of,
    require_end,
)
from tests.components.training.language.toy_language_model import make_toy_model, make_toy_tokenizer

TOKENIZER = make_toy_tokenizer()


def test_a_text_ends_with_the_end_token_and_comes_back_from_its_tokens() -> None:
    row = encode_pair(TOKENIZER, "Colour: red", "Red shoes.")

    assert row.text[-1] == TOKENIZER.eos_token_id
    assert TOKENIZER.decode(row.text[:-1]) == " Red shoes."
    assert row.prompt[0] == TOKENIZER.bos_token_id


def test_the_loss_leaves_out_the_tokens_of_the_prompt_and_what_rows_are_filled_up_with() -> None:
    rows = [encode_pair(TOKENIZER, "Colour: red", "Red."), encode_pair(TOKENIZER, "Brand: Alder", "A long blue bag.")]
    batch = pad_right(rows, padding_of(TOKENIZER))

    for number, row in enumerate(rows):
        labels = batch.labels[number]
        assert labels[: len(row.prompt)].eq(IGNORED).all()
        assert labels[labels != IGNORED].tolist() == list(row.text)
        assert int(batch.mask[number].sum()) == len(row.prompt) + len(row.text)


def test_other_words_in_a_prompt_change_the_loss_of_the_text_but_are_not_part_of_it() -> None:
    model, row = make_toy_model(), encode_pair(TOKENIZER, "Colour: red", "Red shoes.")
    batch = pad_right([row], padding_of(TOKENIZER))
    logits = model(input_ids=batch.tokens, attention_mask=batch.mask).logits[0]
    expected = torch.nn.functional.cross_entropy(logits[len(row.prompt) - 1 : -1], torch.tensor(row.text))

    loss = model(input_ids=batch.tokens, attention_mask=batch.mask, labels=batch.labels).loss

    assert loss.item() == pytest.approx(expected.item(), abs=1e-6)


def test_a_long_text_is_cut_and_then_has_no_end_token() -> None:
    row = encode_pair(TOKENIZER, "Colour: red", "A long blue bag, light and soft.", longest=20)

    assert len(row.prompt) + len(row.text) == 20
    assert TOKENIZER.eos_token_id not in row.text


def test_a_prompt_that_leaves_no_room_for_its_text_is_one_sentence() -> None:
    with pytest.raises(DataError, match=r"has \d+ tokens, expected fewer than 4: shorten data.prompt"):
        encode_pair(TOKENIZER, "Colour: red and blue", "Red.", longest=4)


def test_a_tokenizer_without_an_end_token_is_one_sentence() -> None:
    tokenizer = make_toy_tokenizer()
    tokenizer.eos_token = None

    with pytest.raises(BaseModelError, match="The tokenizer of here has no end token, expected eos_token"):
        require_end(tokenizer, "here")


def test_a_tokenizer_that_ends_prompts_by_itself_is_corrected() -> None:
    class Ending:
        eos_token_id = 2

        def __call__(self, text: str) -> dict[str, list[int]]:
            return {"input_ids": [1, 7, 8, 2]}

    assert encode_prompt(Ending(), "red") == [1, 7, 8]
