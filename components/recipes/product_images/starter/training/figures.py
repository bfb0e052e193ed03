"""components / product images / starter / training: what is measured of the finished weights."""

from pathlib import Path

import torch

from components.recipes.product_images.starter.drawing.articles import ARTICLES, UNSEEN
from components.recipes.product_images.starter.drawing.colours import COLOURS
from components.recipes.product_images.starter.training.grid import PROMPT, sample
from components.recipes.product_images.starter.training.stock import Stock
from components.recipes.product_images.starter.vision import StarterVision


def size_mb(folder: Path) -> float:
    """Return the size of all the safetensors below the folder, in MB (10^6 bytes)."""
    return sum(file.stat().st_size for file in folder.rglob("*.safetensors")) / 1e6


@torch.no_grad()
def obedience(pipeline: Stock, judge: StarterVision) -> dict[str, float]:
    """Return how often the judge recognises article and colour of a sampled picture, out of all that were asked for.

    Every seen article in every colour once; `cosine` is between each picture and its own prompt.
    """
    pairs = [(article, colour) for article in ARTICLES if article != UNSEEN for colour in COLOURS]
    prompts = [PROMPT.format(article=article.lower(), colour=colour.lower()) for article, colour in pairs]
    cosines = judge.image_embeddings(sample(pipeline, prompts, seed=0)) @ judge.text_embeddings(prompts).T
    best = [pairs[place] for place in cosines.argmax(1).tolist()]
    return {
        "sampled_both_right": sum(a == b for a, b in zip(best, pairs, strict=True)) / len(pairs),
        "sampled_article_right": sum(a[0] == b[0] for a, b in zip(best, pairs, strict=True)) / len(pairs),
        "sampled_colour_right": sum(a[1] == b[1] for a, b in zip(best, pairs, strict=True)) / len(pairs),
        "sampled_cosine": float(cosines.diag().mean()),
    }
