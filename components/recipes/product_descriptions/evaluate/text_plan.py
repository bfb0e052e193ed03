"""Product descriptions: the products and seeds of the texts that are scored, the same for every subject."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from components.core.seeds import derive_seed
from components.metrics.sequential import looks
from components.recipes.product_descriptions.config import ProductDescriptionsConfig
from components.recipes.product_descriptions.example import ProductDescription
from components.recipes.product_descriptions.prompts import fields_of, prompt_of
from components.recipes.product_descriptions.score.lexicon import parts_of

SHOWN = 4  # products whose texts the report shows side by side
SLICED = ("gender", "brand")


@dataclass(frozen=True)
class TextPlan:
    """What is generated for every subject, so that subjects differ by their weights alone."""

    examples: Sequence[ProductDescription]  # one for each text
    prompts: Sequence[str]
    seeds: Sequence[int]
    clusters: Tensor  # (N,) the number of the group of alike real texts that each product is of
    looks: Sequence[int]  # numbers of texts after which generation may stop; the last one is the budget

    @property
    def attributes(self) -> list[Mapping[str, str]]:
        return [example["attributes"] for example in self.examples]

    @property
    def real(self) -> list[str]:
        return [example["text"] for example in self.examples]

    @property
    def shown(self) -> list[int]:
        """The texts in the report, of different prompts."""
        first = {prompt: at for at, prompt in reversed(list(enumerate(self.prompts)))}
        return sorted(first.values())[:SHOWN]

    def first(self, count: int) -> "TextPlan":
        """Return the plan for the first `count` texts."""
        return replace(
            self,
            examples=self.examples[:count],
            prompts=self.prompts[:count],
            seeds=self.seeds[:count],
            clusters=self.clusters[:count],
        )


def make_plan(config: ProductDescriptionsConfig, examples: Sequence[ProductDescription], smallest: int) -> TextPlan:
    """Return the plan: the products of a split in a random order, repeated with new seeds up to the budget.

    Args:
        config: `evaluate.texts` is the budget, `evaluate.block` the number of texts between two looks.
        examples: of the split that is scored.
        smallest: the smallest number of texts at which the deciding scores can rank; the first look is not earlier.
    """
    count, block = config.evaluate.texts, config.evaluate.block
    numbers = torch.Generator().manual_seed(derive_seed(config.seed, "products"))
    order = torch.randperm(len(examples), generator=numbers).tolist()
    chosen = [examples[order[at % len(order)]] for at in range(count)]
    groups = {group: number for number, group in enumerate(dict.fromkeys(example["group"] for example in chosen))}
    return TextPlan(
        examples=chosen,
        prompts=[prompt_of(config.data.prompt, example["attributes"]) for example in chosen],
        seeds=[derive_seed(config.seed, "evaluate", at) for at in range(count)],
        clusters=torch.tensor([groups[example["group"]] for example in chosen]),
        looks=looks(min(max(smallest, block), count), count, block),
    )


def slices(plan: TextPlan) -> dict[str, dict[str, Tensor]]:
    """Return the places of the texts of each gender and of each brand, where there are several."""
    found = {name: [example["attributes"].get(name, "") for example in plan.examples] for name in SLICED}
    return {
        name: {value: _places(values, value) for value in sorted({value for value in values if value})}
        for name, values in found.items()
        if len(set(values) - {""}) > 1
    }


def stated_attributes(template: str, examples: Sequence[ProductDescription]) -> list[str]:
    """Return the attributes of the prompt that a text can state by words: neither the name nor a number."""
    named = [name for name in fields_of(template) if name not in ("productDisplayName", "year")]
    return [name for name in named if any(parts_of(example["attributes"].get(name, "")) for example in examples)]


def _places(values: Sequence[str], value: str) -> Tensor:
    return torch.tensor([place for place, other in enumerate(values) if other == value], dtype=torch.int64)
