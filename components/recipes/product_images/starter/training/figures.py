"""components / product images / starter / training: measurements of the finished weights."""

from pathlib import Path

import torch

from components.data.drawn_catalogue.drawing.articles import ARTICLES, UNSEEN
from components.data.drawn_catalogue.drawing.colours import COLOURS
from components.recipes.product_images.starter.training.diffusers_types import DiffusersModel
from components.recipes.product_images.starter.training.grid import PROMPT, sample
from components.recipes.product_images.starter.vision import StarterVision


def size_mb(folder: Path) -> float:
    """Return the size of all the safetensors below the folder, in MB (10^6 bytes)."""
    return sum(file.stat().st_size for file in folder.rglob("*.safetensors")) / 1e6


@torch.no_grad()
def prompt_adherence(pipeline: DiffusersModel, vision: StarterVision) -> dict[str, float]:
    """Return the share of generated pictures in which the vision model recognises the article and colour of the prompt.

    There is one picture for every seen article in every colour; `cosine` is between a picture and its prompt.
    """
    pairs = [(article, colour) for article in ARTICLES if article != UNSEEN for colour in COLOURS]
    prompts = [PROMPT.format(article=article.lower(), colour=colour.lower()) for article, colour in pairs]
    cosines = vision.image_embeddings(sample(pipeline, prompts, seed=0)) @ vision.text_embeddings(prompts).T
    best = [pairs[place] for place in cosines.argmax(1).tolist()]
    return {
        "sampled_both_right": sum(a == b for a, b in zip(best, pairs, strict=True)) / len(pairs),
        "sampled_article_right": sum(a[0] == b[0] for a, b in zip(best, pairs, strict=True)) / len(pairs),
        "sampled_colour_right": sum(a[1] == b[1] for a, b in zip(best, pairs, strict=True)) / len(pairs),
        "sampled_cosine": float(cosines.diag().mean()),
    }
