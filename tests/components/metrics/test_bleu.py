"""Tests: BLEU of a set, under weights, and of texts among themselves, against sacrebleu and nltk."""

import math

import numpy as np
import pytest
import sacrebleu
from nltk.translate.bleu_score import corpus_bleu as nltk_bleu

from components.metrics.bleu import bleu_counts, corpus_bleu, self_bleu

REAL = [
    "A red canvas shoe with a white rubber sole and laces.",
    "Slim blue jeans made of cotton, with five pockets.",
    "A black leather bag with a zip and two short handles.",
]
TEXTS = [
    "A red canvas shoe with a black rubber sole.",
    "Slim blue jeans made of cotton and elastane.",
    "A leather bag in black with a zip.",
]


def of_set(texts: list[str], real: list[str], weights: list[float]) -> float:
    return float(corpus_bleu(bleu_counts(texts, real), np.array([weights]))[0])


def test_it_is_the_corpus_bleu_of_sacrebleu() -> None:
    assert of_set(TEXTS, REAL, [1, 1, 1]) == pytest.approx(sacrebleu.corpus_bleu(TEXTS, [REAL]).score / 100)


def test_it_is_the_corpus_bleu_of_nltk_on_separate_words() -> None:
    plain = [[text.replace(".", " .").replace(",", " ,").split() for text in texts] for texts in (TEXTS, REAL)]
    expected = nltk_bleu([[real] for real in plain[1]], plain[0])
    assert of_set(TEXTS, REAL, [1, 1, 1]) == pytest.approx(expected)


def test_a_weight_of_two_counts_a_text_twice() -> None:
    twice = sacrebleu.corpus_bleu([*TEXTS, TEXTS[0]], [[*REAL, REAL[0]]]).score / 100
    assert of_set(TEXTS, REAL, [2, 1, 1]) == pytest.approx(twice)


@pytest.mark.parametrize(("text", "bleu"), [(REAL[0], 1.0), ("", 0.0), ("quite other words here", 0.0)])
def test_the_ends_of_the_scale(text: str, bleu: float) -> None:
    assert of_set([text], REAL[:1], [1]) == pytest.approx(bleu)


def test_texts_that_repeat_each_other_have_a_self_bleu_of_one() -> None:
    assert self_bleu([REAL[0]] * 3).tolist() == pytest.approx([1, 1, 1])


def test_the_self_bleu_is_the_sentence_bleu_against_the_other_texts() -> None:
    expected = sacrebleu.sentence_bleu(REAL[0], REAL[1:]).score / 100
    assert self_bleu(REAL)[0].item() == pytest.approx(expected)


def test_one_text_has_no_self_bleu() -> None:
    assert math.isnan(self_bleu(REAL[:1]).item())
