"""Product images: which pictures are generated to be scored: the same prompts and seeds for every subject."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from components.core.records import Example
from components.core.seeds import derive_seed
from components.metrics.intervals import Clusters
from components.metrics.sequential import looks
from components.recipes.product_images.config import ProductImagesConfig, SamplingSettings

SHOWN = 6  # prompts in the grid of pictures
COLUMNS: Mapping[str, str] = {"colour": "baseColour", "article": "articleType", "gender": "gender", "brand": "brand"}


@dataclass(frozen=True)
class PromptPlan:
    """What is generated for every subject. Subjects then differ by their weights alone."""

    examples: Sequence[Example]  # one a picture: its caption is the prompt
    seeds: Sequence[int]
    clusters: Clusters  # which caption each picture has, generated (N,) and real (M,): those of one caption are alike
    shown: Sequence[int]  # the pictures in the report's grid, of different captions
    looks: Sequence[int]  # numbers of pictures of each subject at which generation may stop; the last is the budget
    sampling: SamplingSettings

    @property
    def prompts(self) -> list[str]:
        return [str(example["caption"]) for example in self.examples]

    def first(self, count: int) -> "PromptPlan":
        """Return the plan of its first pictures alone."""
        generated, real = self.clusters
        clusters = (generated[:count], real)
        return replace(self, examples=self.examples[:count], seeds=self.seeds[:count], clusters=clusters)


def make_plan(config: ProductImagesConfig, examples: Sequence[Example], smallest: int) -> PromptPlan:
    """Return which pictures are generated: the examples' captions in a random order, each time round with new seeds.

    Args:
        config: its `evaluate.pictures` is the budget, `evaluate.block` how many are generated between two looks.
        examples: of the split that is scored.
        smallest: from how many pictures on the scores that decide rank anything; the first look is not before.
    """
    count = config.evaluate.pictures
    numbers = torch.Generator().manual_seed(derive_seed(config.seed, "prompts"))
    order = torch.randperm(len(examples), generator=numbers).tolist()
    chosen = [examples[order[i % len(order)]] for i in range(count)]
    when = looks(min(max(smallest, config.evaluate.block), count), count, config.evaluate.block)
    return PromptPlan(
        examples=chosen,
        seeds=[derive_seed(config.seed, "evaluate", i) for i in range(count)],
        clusters=_numbered(chosen, examples),
        shown=_unlike([str(example["caption"]) for example in chosen[: when[0]]]),
        looks=when,
        sampling=config.sampling,
    )


def slices(plan: PromptPlan) -> dict[str, dict[str, Tensor]]:
    """Return which pictures (indices) show what: by colour, gender, brand, and each of their values."""
    shown = {name: [example.get(column) for example in plan.examples] for name, column in COLUMNS.items()}
    return {
        name: {str(value): _places(values, value) for value in sorted({value for value in values if value})}
        for name, values in shown.items()
        if len(set(values) - {None}) > 1
    }


def _places(values: Sequence[object], value: object) -> Tensor:
    return torch.tensor([i for i, other in enumerate(values) if other == value])


def _numbered(generated: Sequence[Example], real: Sequence[Example]) -> Clusters:
    captions = [[str(example["caption"]) for example in examples] for examples in (generated, real)]
    number = {caption: n for n, caption in enumerate(dict.fromkeys([*captions[0], *captions[1]]))}
    generated_ones, real_ones = ([number[caption] for caption in those] for those in captions)
    return torch.tensor(generated_ones), torch.tensor(real_ones)


def _unlike(prompts: Sequence[str]) -> list[int]:
    """Return the places of a few prompts that say different things: each next one shares the fewest words."""
    words = {prompt: set(prompt.split()) for prompt in prompts}
    chosen = list(prompts[:1])
    while len(chosen) < min(SHOWN, len(words)):
        rest = [prompt for prompt in words if prompt not in chosen]
        chosen.append(min(rest, key=lambda prompt: sum(len(words[prompt] & words[other]) for other in chosen)))
    return [prompts.index(prompt) for prompt in chosen]
