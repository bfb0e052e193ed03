"""components / product images / starter / training: train all parts in order, from scratch to the weights."""

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import torch
from transformers import CLIPTokenizer

from components.data.drawn_catalogue.drawing.articles import ARTICLES, UNSEEN
from components.data.drawn_catalogue.drawing.colours import COLOURS
from components.recipes.product_images.starter.training.autoencoder import (
    encode_latents,
    psnr,
    train_autoencoder,
)
from components.recipes.product_images.starter.training.captions import caption
from components.recipes.product_images.starter.training.contrastive import caption_accuracy, save_vision, train_vision
from components.recipes.product_images.starter.training.decoder import finetune_decoder
from components.recipes.product_images.starter.training.diffusers_types import DiffusersModel
from components.recipes.product_images.starter.training.diffusion import train_diffusion
from components.recipes.product_images.starter.training.figures import prompt_adherence, size_mb
from components.recipes.product_images.starter.training.folders import load_base, save_base
from components.recipes.product_images.starter.training.pictures import DrawnSet, draw_set
from components.recipes.product_images.starter.training.training_loop import Log
from components.recipes.product_images.starter.training.vocabulary import make_tokenizer
from components.recipes.product_images.starter.vision import WORDS, load_vision


@dataclass(frozen=True)
class StarterPlan:
    """The optimizer steps of each part. `each` is the number of pictures of every article in every colour."""

    each: int = 24
    autoencoder: int = 900
    decoder: int = 1500
    vision: int = 700
    diffusion: int = 3000
    seed: int = 0
    threads: int = 2

    @staticmethod
    def scaled(effort: float, seed: int, threads: int) -> "StarterPlan":
        """Return the plan with every number of steps, and of pictures, multiplied by `effort`."""
        whole = StarterPlan()
        return StarterPlan(
            each=max(1, round(whole.each * effort)),
            autoencoder=max(2, round(whole.autoencoder * effort)),
            decoder=max(2, round(whole.decoder * effort)),
            vision=max(2, round(whole.vision * effort)),
            diffusion=max(2, round(whole.diffusion * effort)),
            seed=seed,
            threads=threads,
        )


def train_everything(folder: Path, plan: StarterPlan, log: Log) -> dict[str, float]:
    """Train into a new folder, replace `folder` with it, and return the measured figures.

    The VAE and the vision model are trained on all article types; the UNet and its text encoder never on `UNSEEN`.
    """
    torch.set_num_threads(1)  # two threads in one call are no faster for models this small
    log("drawing pictures")
    drawn = draw_set(list(ARTICLES), plan.each, plan.seed + 1, plan.threads, grey_share=0.08)
    white = draw_set(seen_articles(), plan.each, plan.seed + 2, plan.threads)
    held_out = draw_set(list(ARTICLES), 2, plan.seed + 3, plan.threads)
    log(f"{len(drawn) + len(white)} training pictures, {len(held_out)} held-out pictures")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".weights-", dir=folder.parent) as name:
        unfinished = Path(name) / "weights"
        vae = _train_parts(unfinished, plan, drawn, white, log)
        figures = {"vae_psnr_db": psnr(vae, held_out.pictures), **measure_weights(unfinished, held_out)}
        _replace_folder(unfinished, folder)
    return figures


def _train_parts(unfinished: Path, plan: StarterPlan, drawn: DrawnSet, white: DrawnSet, log: Log) -> DiffusersModel:
    """Train the VAE, then the UNet on its latents; beside them the vision model, then the VAE's decoder further.

    Each part has its own seed, so that one process or two give the same weights.
    """
    tokenizer = make_starter_tokenizer(plan.seed)
    tokenizer.save_pretrained(unfinished / "words")
    pairs = list(zip(white.articles, white.colours, strict=True))
    with _second_process(plan.threads) as beside:
        vision = beside(train_vision, drawn, unfinished / "words" / WORDS, plan.vision, plan.seed, log)
        vae = train_autoencoder(drawn.pictures, plan.autoencoder, plan.seed, log)
        latents = encode_latents(vae, white.pictures) * vae.config.scaling_factor
        decoded = beside(finetune_decoder, vae, drawn.pictures, plan.decoder, plan.seed + 1, log)
        unet, text = train_diffusion(latents, pairs, tokenizer, plan.diffusion, plan.seed, log)
        save_vision(unfinished / "vision", vision.result())
        vae = decoded.result()
    shutil.rmtree(unfinished / "words")
    save_base(unfinished / "base", vae, text, tokenizer, unet)
    return vae


@contextmanager
def _second_process(threads: int) -> Iterator[Callable[..., Future[Any]]]:
    """Yield a function that starts a call in a second process; with one thread the call is finished at once, here."""
    if threads < 2:
        yield _finished
        return
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=torch.set_num_threads, initargs=(1,)) as pool:
        yield pool.submit


def _finished(call: Callable[..., Any], *arguments: Any) -> Future[Any]:
    done: Future[Any] = Future()
    done.set_result(call(*arguments))
    return done


def seen_articles() -> list[str]:
    """Return the article types that the base UNet and its text encoder are trained on: all but `UNSEEN`."""
    return [name for name in ARTICLES if name != UNSEEN]


def make_starter_tokenizer(seed: int) -> CLIPTokenizer:
    """Return the tokenizer learnt from captions of every article, including the unseen one, in every colour."""
    rng = random.Random(seed)
    return make_tokenizer(caption(a, c, rng) for a in ARTICLES for c in COLOURS for _ in range(10))


def measure_weights(folder: Path, held_out: DrawnSet) -> Mapping[str, float]:
    """Return the size, the vision model's accuracy on held-out pictures, and the pipeline's prompt adherence."""
    vision = load_vision(folder / "vision")
    accuracy = {f"judge_{name}": value for name, value in caption_accuracy(vision, held_out).items()}
    return {"size_mb": size_mb(folder), **accuracy, **prompt_adherence(load_base(folder / "base"), vision)}


def _replace_folder(new: Path, place: Path) -> None:
    """Move the new folder to its place. The old one is moved away first, so that it never holds half a folder."""
    aside = new.parent / "old"
    if place.exists():
        place.rename(aside)
    new.rename(place)
