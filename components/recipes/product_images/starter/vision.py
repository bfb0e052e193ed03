"""components / product images / starter: the starter's image-text model, which is also its feature extractor."""

import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from components.core.files import digest_of, file_digest
from components.recipes.product_images.starter import VISION_FOLDER

SIDE = 64  # pixels; pictures of other sizes are scaled to this
POSITIONS = 77  # tokens of a text; longer texts are truncated but keep their end token
WEIGHTS, CONFIG, WORDS = "model.safetensors", "config.json", "tokenizer.json"


class PictureTower(nn.Module):
    """Pictures (N, 3, 64, 64) in -1..1 to features (N, width)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        sizes = (3, 24, 48, 96, 128)
        layers: list[nn.Module] = []
        for before, after in itertools.pairwise(sizes):
            layers += [nn.Conv2d(before, after, 3, 2, 1), nn.GroupNorm(8, after), nn.SiLU()]
            layers += [nn.Conv2d(after, after, 3, 1, 1, groups=8), nn.GroupNorm(8, after), nn.SiLU()]
        self.trunk = nn.Sequential(*layers)
        self.neck = nn.Linear(128 * 16, width)

    def forward(self, pictures: Tensor) -> Tensor:
        features: Tensor = self.neck(self.trunk(pictures).flatten(1))
        return features


class TextTower(nn.Module):
    """Token ids (N, L), 0 where there is none, to the mean of their states (N, width)."""

    def __init__(self, words: int, width: int) -> None:
        super().__init__()
        self.tokens = nn.Embedding(words, width)
        self.places = nn.Parameter(torch.zeros(POSITIONS, width))
        layer = nn.TransformerEncoderLayer(width, 4, 2 * width, 0.0, "gelu", batch_first=True, norm_first=True)
        self.layers = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)

    def forward(self, ids: Tensor, present: Tensor) -> Tensor:
        states = self.layers(self.tokens(ids) + self.places[: ids.shape[1]], src_key_padding_mask=~present)
        total: Tensor = (states * present[..., None]).sum(1) / present.sum(1, keepdim=True)
        return total


class StarterVision(nn.Module):
    """Embeds pictures and texts in one space, and extracts the features of FID and KID.

    It is trained on all article types that the project draws, including the Casual Shoes that the base UNet has never
    seen. It scores pictures and does not generate them.
    """

    name, resize, dtype = "starter-vision", f"bilinear-{SIDE}-antialias", "float32"

    def __init__(self, tokenizer: Tokenizer, width: int = 64, digest: str = "untrained") -> None:
        super().__init__()
        self.width = self.num_features = width
        self.digest = digest
        self.tokenizer = tokenizer
        self.pictures, self.texts = PictureTower(width), TextTower(tokenizer.get_vocab_size(), width)
        self.picture_head, self.text_head = nn.Linear(width, width), nn.Linear(width, width)
        self.centre: Tensor
        self.spread: Tensor
        self.register_buffer("centre", torch.zeros(width))
        self.register_buffer("spread", torch.ones(1))

    def forward(self, pictures: Tensor) -> Tensor:
        """Return float32 features (N, width) of uint8 pictures (N, 3, H, W) of any size.

        Over all drawn pictures their mean is 0, and their variance over all dimensions together is 1.
        """
        return (self.raw_features(pictures) - self.centre) / self.spread

    def raw_features(self, pictures: Tensor) -> Tensor:
        """Return the features (N, width) before they are centred and scaled."""
        return cast(Tensor, self.pictures(prepared(pictures)))

    def image_embeddings(self, pictures: Tensor) -> Tensor:
        """Return embeddings (N, width) of length 1 of uint8 pictures (N, 3, H, W) of any size."""
        return functional.normalize(self.picture_head(functional.silu(self.raw_features(pictures))), dim=-1)

    def text_embeddings(self, texts: Sequence[str]) -> Tensor:
        """Return embeddings (N, width) of length 1; texts over 77 tokens are truncated but keep their end token."""
        ids, present = self.ids(texts)
        return functional.normalize(self.text_head(self.texts(ids, present)), dim=-1)

    def ids(self, texts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Return the token ids (N, L) of the texts and which of them are present."""
        rows = [encoding.ids for encoding in self.tokenizer.encode_batch(list(texts))]
        rows = [row if len(row) <= POSITIONS else [*row[: POSITIONS - 1], row[-1]] for row in rows]
        longest = max(len(row) for row in rows)
        present = torch.tensor([[place < len(row) for place in range(longest)] for row in rows])
        return torch.tensor([row + [0] * (longest - len(row)) for row in rows]), present


def prepared(pictures: Tensor) -> Tensor:
    """Return uint8 pictures (N, 3, H, W) as floats in -1..1, scaled to 64 x 64 pixels."""
    values = pictures.float() / 127.5 - 1.0
    if values.shape[-2:] != (SIDE, SIDE):
        values = functional.interpolate(values, (SIDE, SIDE), mode="bilinear", antialias=True, align_corners=False)
    return values


def load_vision(folder: Path | None = None) -> StarterVision:
    """Return the model of a folder, by default the committed one, for inference (float32, no gradients).

    Raises:
        FileNotFoundError: the folder has no weights; the message names the command that makes them.
    """
    folder = folder or VISION_FOLDER
    file = folder / WEIGHTS
    if not file.is_file():
        raise FileNotFoundError(
            f"{file} is missing. Make it with `python -m components.recipes.product_images.starter`, or check out the "
            f"repository again."
        )
    width = int(json.loads((folder / CONFIG).read_text())["width"])
    digest = digest_of([file_digest(folder / name) for name in (WEIGHTS, CONFIG, WORDS)])
    model = StarterVision(Tokenizer.from_file(str(folder / WORDS)), width, digest)
    model.load_state_dict({name: value.float() for name, value in load_file(file).items()})
    return model.eval().requires_grad_(False)
