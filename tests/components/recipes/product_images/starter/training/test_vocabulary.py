"""Tests: the vocabulary of the starter's tokenizer."""

from components.recipes.product_images.starter.training.vocabulary import byte_symbols, learn_merges


def test_merges_are_learnt_most_frequent_pair_first() -> None:
    assert learn_merges(["low low low lower"], 2) == [("l", "o"), ("lo", "w</w>")]
    assert len(set(byte_symbols())) == 256
