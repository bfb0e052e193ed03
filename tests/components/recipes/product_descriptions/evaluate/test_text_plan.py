"""Tests: the products and seeds of an evaluation."""

import torch

from components.recipes.product_descriptions.config import ProductDescriptionsConfig
from components.recipes.product_descriptions.evaluate.text_plan import make_plan, slices, stated_attributes
from tests.components.recipes.product_descriptions.described import examples
from tests.components.recipes.product_descriptions.settings import config

KNOWN = examples(10)


def settings(texts: int, block: int) -> ProductDescriptionsConfig:
    return config(f"evaluate.texts={texts}", f"evaluate.block={block}")


def test_products_are_repeated_with_other_seeds_and_are_one_cluster_each() -> None:
    plan = make_plan(settings(25, 5), KNOWN, 5)
    assert len(plan.examples) == len(set(plan.seeds)) == 25
    assert {example["id"] for example in plan.examples[:10]} == set(range(10))
    assert plan.prompts[:5] == plan.prompts[10:15]
    assert plan.clusters[:10].equal(plan.clusters[10:20])


def test_the_first_look_has_enough_to_rank() -> None:
    assert make_plan(settings(48, 8), KNOWN, 16).looks == [16, 24, 32, 40, 48]
    assert make_plan(settings(12, 8), KNOWN, 16).looks == [12]


def test_the_first_texts_are_those_of_the_whole_plan() -> None:
    plan = make_plan(settings(20, 5), KNOWN, 5)
    assert plan.first(7).prompts == plan.prompts[:7]
    assert plan.first(7).seeds == plan.seeds[:7]


def test_different_products_are_shown() -> None:
    plan = make_plan(settings(20, 5), [KNOWN[0], KNOWN[0], KNOWN[1]], 5)
    assert len({plan.prompts[place] for place in plan.shown}) == len(plan.shown) == 2


def test_slices_are_genders_and_brands_where_there_are_several() -> None:
    plan = make_plan(settings(10, 5), KNOWN, 5)
    found = slices(plan)
    assert found.keys() == {"gender"}  # the first ten products are of one brand
    assert torch.cat(list(found["gender"].values())).sort().values.tolist() == list(range(10))


def test_texts_state_neither_the_name_nor_the_year() -> None:
    assert stated_attributes("{productDisplayName} {year} {brand} {season}", KNOWN) == ["brand"]
