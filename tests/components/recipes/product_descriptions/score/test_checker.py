"""Tests: the checker's own errors on real descriptions are measured, and decide what it judges."""

from components.recipes.product_descriptions.example import ProductDescription
from components.recipes.product_descriptions.score.checker import checker_errors, fit_checker, only_usable
from components.recipes.product_descriptions.score.lexicon import values_of
from tests.components.recipes.product_descriptions.described import examples

NAMES = ["baseColour", "articleType", "gender", "brand"]


def with_season(season: str) -> list[ProductDescription]:
    """Return examples with a season that no text knows of: each text names another one."""
    seasons = {"Summer": "winter", "Winter": "summer"}
    return [
        ProductDescription(
            id=e["id"],
            attributes={**e["attributes"], "season": season},
            text=f"{e['text']} Good for {seasons[season]}.",
            group=e["group"],
        )
        for e in examples()
    ]


def test_texts_that_state_everything_show_no_errors() -> None:
    known = examples()
    checker = fit_checker(known, NAMES, seed=1)
    errors = checker_errors(checker, known, values_of([e["attributes"] for e in known], NAMES), seed=1)
    assert {name: (found.stated, found.contradicted, found.caught) for name, found in errors.items()} == dict.fromkeys(
        NAMES, (1.0, 0.0, 1.0)
    )


def test_an_attribute_that_real_texts_contradict_is_not_judged() -> None:
    known = [*with_season("Summer")[:60], *with_season("Winter")[60:]]
    names = [*NAMES, "season"]
    checker = fit_checker(known, names, seed=1)
    errors = checker_errors(checker, known, values_of([e["attributes"] for e in known], names), seed=1)
    assert errors["season"].contradicted == 1
    assert not errors["season"].usable
    assert set(only_usable(checker, errors).lexicon.phrases) == set(NAMES)


def test_an_attribute_without_another_value_cannot_be_tested_and_is_not_judged() -> None:
    known = [e for e in examples() if e["attributes"]["brand"] == "Alder"]
    errors = checker_errors(fit_checker(known, NAMES, 1), known, values_of([e["attributes"] for e in known], NAMES), 1)
    assert not errors["brand"].usable


def test_a_model_of_one_article_is_tried_with_articles_that_the_lexicon_knows() -> None:
    known = [e for e in examples() if e["attributes"]["articleType"] == "Sweaters"]
    values = values_of([e["attributes"] for e in known], NAMES)
    errors = checker_errors(fit_checker(known, NAMES, 1), known, values, 1)
    assert values["articleType"] == ["Sweaters"]
    assert errors["articleType"].usable
