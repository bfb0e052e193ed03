"""components / product images / starter / training: all the parts in order, from an empty folder to the weights."""

import random
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import CLIPTokenizer

from components.recipes.product_images.starter.drawing.articles import ARTICLES, UNSEEN
from components.recipes.product_images.starter.drawing.colours import COLOURS
from components.recipes.product_images.starter.training.autoencoder import (
    encoded,
    polish_decoder,
    psnr,
    train_autoencoder,
)
from components.recipes.product_images.starter.training.captions import caption
from components.recipes.product_images.starter.training.contrastive import caption_accuracy, save_vision, train_vision
from components.recipes.product_images.starter.training.course import Say
from components.recipes.product_images.starter.training.diffusion import train_diffusion
from components.recipes.product_images.starter.training.figures import obedience, size_mb
from components.recipes.product_images.starter.training.folders import load_base, save_base
from components.recipes.product_images.starter.training.pictures import DrawnSet, draw_set
from components.recipes.product_images.starter.training.stock import Stock
from components.recipes.product_images.starter.training.vocabulary import make_tokenizer
from components.recipes.product_images.starter.vision import WORDS, load_vision


@dataclass(frozen=True)
class Plan:
    """How long each part trains. `each` is the number of pictures of every article in every colour."""

    each: int = 48
    autoencoder: int = 1400
    decoder: int = 700
    judge: int = 900
    diffusion: int = 2850
    seed: int = 0
    threads: int = 2

    @staticmethod
    def scaled(effort: float, seed: int, threads: int) -> "Plan":
        """Return the plan with every number of steps, and of pictures, multiplied by `effort`."""
        whole = Plan()
        return Plan(
            each=max(1, round(whole.each * effort)),
            autoencoder=max(2, round(whole.autoencoder * effort)),
            decoder=max(2, round(whole.decoder * effort)),
            judge=max(2, round(whole.judge * effort)),
            diffusion=max(2, round(whole.diffusion * effort)),
            seed=seed,
            threads=threads,
        )


def train_everything(folder: Path, plan: Plan, say: Say) -> dict[str, float]:
    """Train into a new folder, put it in place of `folder` in one move, and return what was measured.

    The VAE and the judge see all article types; the UNet and its text encoder never see `UNSEEN`, nor its words.
    """
    torch.set_num_threads(plan.threads)
    say("drawing pictures")
    drawn = draw_set(list(ARTICLES), plan.each, plan.seed + 1, plan.threads, grey_share=0.08)
    white = draw_set(seen_articles(), plan.each, plan.seed + 2, plan.threads)
    unmet = draw_set(list(ARTICLES), 2, plan.seed + 3, plan.threads)
    say(f"{len(drawn) + len(white)} pictures to learn from, {len(unmet)} to measure on")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".weights-", dir=folder.parent) as name:
        room = Path(name) / "weights"
        vae = _train_parts(room, plan, drawn, white, say)
        figures = {"vae_psnr_db": psnr(vae, unmet.pictures), **measured(room, unmet)}
        _put(room, folder)
    return figures


def _train_parts(room: Path, plan: Plan, drawn: DrawnSet, white: DrawnSet, say: Say) -> Stock:
    tokenizer = own_words(plan.seed)
    tokenizer.save_pretrained(room / "words")
    judge = train_vision(drawn, room / "words" / WORDS, plan.judge, plan.seed, say)
    save_vision(room / "vision", judge)
    shutil.rmtree(room / "words")
    vae = train_autoencoder(drawn.pictures, plan.autoencoder, plan.seed, say)
    latents = encoded(vae, white.pictures) * vae.config.scaling_factor
    pairs = list(zip(white.articles, white.colours, strict=True))
    polish_decoder(vae, drawn.pictures, plan.decoder, plan.seed + 1, say)
    unet, text = train_diffusion(latents, pairs, tokenizer, plan.diffusion, plan.seed, say)
    save_base(room / "base", vae, text, tokenizer, unet)
    return vae


def seen_articles() -> list[str]:
    """Return the article types that the base UNet and its text encoder are trained on: all but `UNSEEN`."""
    return [name for name in ARTICLES if name != UNSEEN]


def own_words(seed: int) -> CLIPTokenizer:
    """Return the tokenizer learnt from captions of every article, the unseen one among them, in every colour."""
    rng = random.Random(seed)
    return make_tokenizer(caption(a, c, rng) for a in ARTICLES for c in COLOURS for _ in range(10))


def measured(folder: Path, unmet: DrawnSet) -> Mapping[str, float]:
    """Return the sizes, the judge's accuracy on unmet pictures, and how well the pipeline, loaded afresh, obeys."""
    judge = load_vision(folder / "vision")
    judged = {f"judge_{name}": value for name, value in caption_accuracy(judge, unmet).items()}
    return {"size_mb": size_mb(folder), **judged, **obedience(load_base(folder / "base"), judge)}


def _put(new: Path, place: Path) -> None:
    """Move the new folder to its place; the old one steps aside first, so that there is never half a folder."""
    aside = new.parent / "old"
    if place.exists():
        place.rename(aside)
    new.rename(place)
