"""components / product images / starter / training: the image-text model `starter-vision`."""

import json
import random
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from components.recipes.product_images.starter.training.captions import caption
from components.recipes.product_images.starter.training.pictures import DrawnSet
from components.recipes.product_images.starter.training.training_loop import Log, TrainingLoop, seeded
from components.recipes.product_images.starter.training.wider_pictures import TEXTURES, dead_leaves, photographed
from components.recipes.product_images.starter.vision import CONFIG, WEIGHTS, WORDS, StarterVision

BATCH = 96
BOTH, ONE = 0.85, 0.35  # target cosines: article and colour right, or one of them right; neither: 0
SHARPNESS = 12.0  # inverse temperature of the contrastive loss


@dataclass(frozen=True, eq=False)
class Batch:
    """Float pictures (N, 3, 64, 64 in 0..255), their levels of blur and noise (N, 2), and what they show."""

    pictures: Tensor
    level: Tensor
    articles: list[str]
    colours: list[str]


def degraded(pictures: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return float pictures (N, 3, 64, 64 in 0..255), half of them blurred or noisy, and the levels (N, 2 in 0..1).

    The features learn to predict the levels, so that a blurred picture has a worse FID.
    """
    count = len(pictures)
    level = torch.rand(count, 2, generator=generator) * (torch.rand(count, 2, generator=generator) < 0.4)
    soft = functional.avg_pool2d(functional.pad(pictures, (2, 2, 2, 2), mode="replicate"), 5, stride=1)
    blurred = pictures + (soft - pictures) * level[:, :1, None, None]
    noise = torch.randn(pictures.shape, generator=generator) * 32.0 * level[:, 1:, None, None]
    return (blurred + noise).clamp(0, 255), level


def target_cosines(articles: list[str], colours: list[str]) -> Tensor:
    """Return the cosine (N, N) that picture i and caption j should have."""
    same_article = torch.tensor([[a == b for b in articles] for a in articles])
    same_colour = torch.tensor([[a == b for b in colours] for a in colours])
    return torch.where(same_article & same_colour, BOTH, torch.where(same_article | same_colour, ONE, 0.0))


def matching_loss(cosines: Tensor, wanted: Tensor) -> Tensor:
    """Return InfoNCE with several positives in a row (Khosla et al., 2020, equation 2), plus the squared error."""
    right = (wanted == BOTH).float()
    logits = SHARPNESS * cosines
    across = -(right * logits.log_softmax(1)).sum(1) / right.sum(1)
    down = -(right * logits.log_softmax(0)).sum(0) / right.sum(0)
    return 0.5 * (across + down).mean() + 10.0 * functional.mse_loss(cosines, wanted)


def train_vision(drawn: DrawnSet, words: Path, steps: int, seed: int, log: Log) -> StarterVision:
    """Return the model, trained on drawn pictures; `words` is its tokenizer.json.

    Two auxiliary tasks keep layout and sharpness in the features: to predict a 12 x 12 thumbnail, and the levels of
    blur and noise. Their heads are discarded.
    """
    with seeded(seed) as generator:
        model = StarterVision(Tokenizer.from_file(str(words))).train()
        extra = nn.ModuleDict({"thumbnail": nn.Linear(model.width, 3 * 12 * 12), "damage": nn.Linear(model.width, 2)})
        rng = random.Random(seed)
        textures = dead_leaves(TEXTURES, drawn.pictures.shape[-1], seed)

        def batch() -> Batch:
            rows = torch.randint(len(drawn), (BATCH,), generator=generator).tolist()
            pictures = photographed(drawn.pictures[rows].float() / 127.5 - 1.0, textures, generator)
            pictures, level = degraded((pictures + 1.0) * 127.5, generator)
            return Batch(pictures, level, [drawn.articles[row] for row in rows], [drawn.colours[row] for row in rows])

        def loss_of_batch() -> Tensor:
            return vision_loss(model, extra, batch(), rng)

        TrainingLoop("vision model", steps, peak=3e-3, decay=1e-2).run(
            nn.ModuleList([model, extra]), loss_of_batch, log
        )
    standardise(model.eval(), drawn.pictures[:: max(1, len(drawn) // 2048)])
    return model


@torch.no_grad()
def standardise(model: StarterVision, pictures: Tensor) -> None:
    """Set the centre and the scale of the features in place, so that values in KID's polynomial kernel are near 1."""
    raw = torch.cat([model.raw_features(part) for part in torch.split(pictures, 256)])
    model.centre.copy_(raw.mean(0))
    model.spread.fill_((raw - model.centre).square().mean().sqrt().item())


def vision_loss(model: StarterVision, extra: nn.ModuleDict, batch: Batch, rng: random.Random) -> Tensor:
    """Return the loss of one batch: matching, thumbnail and damage."""
    pictures, level, articles, colours = batch.pictures, batch.level, batch.articles, batch.colours
    features = model.raw_features(pictures)
    image_embeddings = functional.normalize(model.picture_head(functional.silu(features)), dim=-1)
    text_embeddings = model.text_embeddings([caption(a, c, rng) for a, c in zip(articles, colours, strict=True)])
    small = functional.adaptive_avg_pool2d(pictures / 127.5 - 1.0, 12).flatten(1)
    matching = matching_loss(image_embeddings @ text_embeddings.T, target_cosines(articles, colours))
    layout = functional.mse_loss(extra["thumbnail"](features), small)
    return matching + 2.0 * layout + functional.mse_loss(extra["damage"](features), level)


def save_vision(folder: Path, model: StarterVision) -> None:
    """Write model.safetensors (float16), config.json and tokenizer.json."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {name: value.detach().half().contiguous() for name, value in model.state_dict().items()}
    save_file(weights, folder / WEIGHTS)
    (folder / CONFIG).write_text(json.dumps({"name": model.name, "width": model.width}, indent=2) + "\n")
    model.tokenizer.save(str(folder / WORDS))


@torch.no_grad()
def caption_accuracy(model: StarterVision, drawn: DrawnSet) -> dict[str, float]:
    """Return the accuracy (higher is better) of choosing each picture's caption by cosine, and mean cosines."""
    pairs = sorted({*zip(drawn.articles, drawn.colours, strict=True)})
    texts = model.text_embeddings([f"a professional product photo of {c.lower()} {a.lower()}" for a, c in pairs])
    cosines = model.image_embeddings(drawn.pictures) @ texts.T
    truth = torch.tensor([pairs.index(pair) for pair in zip(drawn.articles, drawn.colours, strict=True)])
    right = cosines.gather(1, truth[:, None])
    colour_only = torch.tensor([[(a == b) != (c == d) for b, d in pairs] for a, c in pairs])[truth]
    return {
        "accuracy": float((cosines.argmax(1) == truth).float().mean()),
        "cosine_right": float(right.mean()),
        "cosine_half_right": float(cosines[colour_only].mean()),
        "cosine_wrong": float((cosines.sum(1) - right[:, 0]).mean() / (len(pairs) - 1)),
    }
