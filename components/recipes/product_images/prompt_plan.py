"""Product images: the prompts and seeds of the pictures that are scored, the same for every subject."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from components.core.seeds import derive_seed
from components.metrics.intervals import Clusters
from components.metrics.sequential import looks
from components.recipes.product_images.config import ProductImagesConfig, SamplingSettings
from components.recipes.product_images.example import ProductImage, attribute_of

SHOWN = 6  # prompts in the grid of pictures
SLICED = ("colour", "article", "gender", "brand")


@dataclass(frozen=True)
class PromptPlan:
    """What is generated for every subject, so that subjects differ by their weights alone."""

    examples: Sequence[ProductImage]  # one for each picture, whose prompt is its caption
    seeds: Sequence[int]
    clusters: Clusters  # the caption's number of each generated (N,) and real (M,) picture: one caption, one cluster
    shown: Sequence[int]  # the pictures in the report's grid, of different captions
    looks: Sequence[
        int
    ]  # numbers of pictures for each subject after which generation may stop; the last one is the budget
    sampling: SamplingSettings

    @property
    def prompts(self) -> list[str]:
        return [example["caption"] for example in self.examples]

    def first(self, count: int) -> "PromptPlan":
        """Return the plan for the first `count` pictures."""
        generated, real = self.clusters
        clusters = (generated[:count], real)
        return replace(self, examples=self.examples[:count], seeds=self.seeds[:count], clusters=clusters)


def make_plan(config: ProductImagesConfig, examples: Sequence[ProductImage], smallest: int) -> PromptPlan:
    """Return the plan: the examples' captions in a random order, repeated with new seeds up to the budget.

    Args:
        config: `evaluate.pictures` is the budget, `evaluate.block` the number of pictures between two looks.
        examples: of the split that is scored.
        smallest: the smallest number of pictures at which the deciding scores can rank; the first look is not earlier.
    """
    count = config.evaluate.pictures
    numbers = torch.Generator().manual_seed(derive_seed(config.seed, "prompts"))
    order = torch.randperm(len(examples), generator=numbers).tolist()
    chosen = [examples[order[i % len(order)]] for i in range(count)]
    when = looks(min(max(smallest, config.evaluate.block), count), count, config.evaluate.block)
    return PromptPlan(
        examples=chosen,
        seeds=[derive_seed(config.seed, "evaluate", i) for i in range(count)],
        clusters=_caption_clusters(chosen, examples),
        shown=_different_prompts([example["caption"] for example in chosen[: when[0]]]),
        looks=when,
        sampling=config.sampling,
    )


def slices(plan: PromptPlan) -> dict[str, dict[str, Tensor]]:
    """Return the indices of the pictures of each slice: by attribute, and by each of its values."""
    shown = {name: [attribute_of(example, name) for example in plan.examples] for name in SLICED}
    return {
        name: {value: _places(values, value) for value in sorted({value for value in values if value})}
        for name, values in shown.items()
        if len(set(values) - {None}) > 1
    }


def _places(values: Sequence[object], value: object) -> Tensor:
    return torch.tensor([i for i, other in enumerate(values) if other == value])


def _caption_clusters(generated: Sequence[ProductImage], real: Sequence[ProductImage]) -> Clusters:
    captions = [[example["caption"] for example in examples] for examples in (generated, real)]
    number = {caption: n for n, caption in enumerate(dict.fromkeys([*captions[0], *captions[1]]))}
    of_generated, of_real = (torch.tensor([number[caption] for caption in each]) for each in captions)
    return of_generated, of_real


def _different_prompts(prompts: Sequence[str]) -> list[int]:
    """Return the indices of a few prompts that differ: each next one shares the fewest words with those before it."""
    words = {prompt: set(prompt.split()) for prompt in prompts}
    chosen = list(prompts[:1])
    while len(chosen) < min(SHOWN, len(words)):
        rest = [prompt for prompt in words if prompt not in chosen]
        chosen.append(min(rest, key=lambda prompt: sum(len(words[prompt] & words[other]) for other in chosen)))
    return [prompts.index(prompt) for prompt in chosen]
