"""Product descriptions: the validation loss of a checkpoint, and the texts that it writes for people to read."""

from pathlib import Path
from typing import Any

import torch

from components.core.files import write_text
from components.core.recipe import RunLog
from components.core.seeds import derive_seed
from components.recipes.product_descriptions.config import ProductDescriptionsConfig
from components.recipes.product_descriptions.example import Descriptions
from components.recipes.product_descriptions.generate.base_model import OpenBase
from components.recipes.product_descriptions.generate.generate import generate_texts
from components.recipes.product_descriptions.generate.score_tokens import score_tokens
from components.recipes.product_descriptions.prompts import prompt_of
from components.training.order import generator

SPLIT = "validation"
MOST = 64  # descriptions of the loss


def texts_path(folder: Path, step: int) -> Path:
    return folder / "validation" / f"step-{step:06d}.txt"


def write_texts(opened: OpenBase, config: ProductDescriptionsConfig, folder: Path, step: int, log: RunLog) -> None:
    """Write what the adapter in memory says of the YAML's validation products, unless the file exists already."""
    path = texts_path(folder, step)
    if path.is_file():
        return
    products = config.train.validation_products
    prompts = [prompt_of(config.data.prompt, attributes) for attributes in products]
    seeds = [derive_seed(config.seed, "validation", number) for number in range(len(prompts))]
    what = f"generate texts of step {step}"
    texts = generate_texts(
        *(opened.model, opened.tokenizer, prompts, seeds, config.generation),
        lambda done, total: log.progress(what, done, total),
    )
    blocks = [f"{prompt} {text}\n" for prompt, text in zip(prompts, texts, strict=True)]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, "\n".join(blocks))


def validation_loss(opened: OpenBase, config: ProductDescriptionsConfig, snapshot: Descriptions) -> float | None:
    """Return the mean loss (nats a token) on held-out descriptions, the same ones each time; None without any."""
    known: Any = snapshot.splits.get(SPLIT, [])
    if not known:
        return None
    order = torch.randperm(len(known), generator=generator(config.seed, "held out"))[:MOST]
    examples = [known[int(row)] for row in order]
    prompts = [prompt_of(config.data.prompt, example["attributes"]) for example in examples]
    losses = score_tokens(opened.model, opened.tokenizer, prompts, [example["text"] for example in examples])
    return float(torch.cat(losses).double().mean())
