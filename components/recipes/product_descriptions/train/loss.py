"""Product descriptions: the loss of a micro-batch: how unlikely the descriptions are, given their prompts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from components.recipes.product_descriptions.config import ProductDescriptionsConfig
from components.recipes.product_descriptions.example import Descriptions
from components.recipes.product_descriptions.prompts import prompt_of
from components.training.language.tokens import Encoded, encode_pair, pad_right, padding_of
from components.training.order import batch_indices, seeded_dropout


@dataclass(frozen=True, slots=True)
class DescriptionLoss:
    """The mean cross entropy (nats) of the tokens of a micro-batch of descriptions; prompts are left out.

    Which examples a micro-batch has, and which inputs dropout zeroes, depends on seed and position alone.
    """

    model: Any
    rows: Sequence[Encoded]
    products: Sequence[int]
    pad: int
    batch: int
    seed: int
    dropout: bool

    def __call__(self, micro: int) -> Tensor:
        epoch, position, places = batch_indices(micro, len(self.rows), self.batch, self.seed)
        batch = pad_right([self.rows[int(place)] for place in places], self.pad)
        device = self.model.device
        with seeded_dropout(self.dropout, self.seed, "dropout", epoch, position):
            loss: Tensor = self.model(
                input_ids=batch.tokens.to(device),
                attention_mask=batch.mask.to(device),
                labels=batch.labels.to(device),
                use_cache=False,
            ).loss
        return loss.to(torch.float32)

    def products_of(self, micro: int) -> list[int]:
        """Return the products of a micro-batch."""
        places = batch_indices(micro, len(self.rows), self.batch, self.seed)[2]
        return [self.products[int(place)] for place in places]


def encode_split(
    config: ProductDescriptionsConfig, snapshot: Descriptions, split: str, tokenizer: Any
) -> list[Encoded]:
    """Return the examples of a split as tokens, cut at `train.longest`."""
    template, longest = config.data.prompt, config.train.longest
    return [
        encode_pair(tokenizer, prompt_of(template, example["attributes"]), example["text"], longest)
        for example in snapshot.splits.get(split, [])
    ]


def description_loss(
    config: ProductDescriptionsConfig, snapshot: Descriptions, model: Any, tokenizer: Any
) -> DescriptionLoss:
    return DescriptionLoss(
        model=model,
        rows=encode_split(config, snapshot, "train", tokenizer),
        products=[example["id"] for example in snapshot.splits["train"]],
        pad=padding_of(tokenizer),
        batch=config.train.batch,
        seed=config.seed,
        dropout=config.train.lora.dropout > 0,
    )
