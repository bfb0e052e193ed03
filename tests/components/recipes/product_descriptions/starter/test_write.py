"""Tests of the descriptions that the project writes itself."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from components.data.drawn_catalogue.drawing.articles import ARTICLES as DRAWN_ARTICLES
from components.data.drawn_catalogue.drawing.colours import COLOURS
from components.data.drawn_catalogue.products import BRANDS, SEASONS
from components.recipes import read_config
from components.recipes.product_descriptions.starter.articles import ARTICLES, UNSEEN, Words
from components.recipes.product_descriptions.starter.corpus import PROMPT, corpus
from components.recipes.product_descriptions.starter.sentences import GENDERS, USAGES
from components.recipes.product_descriptions.starter.write import write_description
from tests import ROOT

PRODUCTS = st.fixed_dictionaries(
    {
        "brand": st.sampled_from(BRANDS),
        "articleType": st.sampled_from(sorted(ARTICLES)),
        "baseColour": st.sampled_from(sorted(COLOURS)),
    },
    optional={
        "gender": st.sampled_from(sorted(GENDERS)),
        "usage": st.sampled_from(sorted(USAGES)),
        "season": st.sampled_from(SEASONS),
    },
)


@settings(deadline=None)
@given(PRODUCTS, st.integers(0, 10**6))
def test_a_description_has_50_to_150_words_and_states_brand_article_and_colour(
    attributes: dict[str, str], seed: int
) -> None:
    text = write_description(attributes, seed)

    assert 50 <= len(text.split()) <= 150
    assert attributes["brand"] in text
    assert ARTICLES[attributes["articleType"]].name in text
    assert attributes["baseColour"].lower() in text.lower()
    assert "{" not in text
    assert write_description(attributes, seed) == text


def test_all_article_types_of_the_drawn_catalogue_can_be_described() -> None:
    assert set(ARTICLES) == set(DRAWN_ARTICLES)


def test_the_base_is_trained_on_other_articles_and_brands_with_the_prompt_of_the_starters_yaml() -> None:
    pairs = corpus(300, seed=0)
    config = read_config(ROOT / "deployments/models", "descriptions-starter")

    assert not any(UNSEEN in pair.prompt or ARTICLES[UNSEEN].name in pair.text for pair in pairs)
    assert len({pair.text for pair in pairs}) == 300
    assert config.data.prompt == PROMPT  # type: ignore[attr-defined]


def test_the_words_of_the_unseen_article_occur_with_others() -> None:
    others = {word for name, words in ARTICLES.items() if name != UNSEEN for word in said(words)}

    assert said(ARTICLES[UNSEEN]) <= others | {"casual"}


def said(words: Words) -> set[str]:
    return set(re.findall(r"[a-z-]+", " ".join((words.name, *words.materials, *words.details)).lower()))
