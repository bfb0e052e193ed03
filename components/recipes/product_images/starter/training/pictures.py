"""components / product images / starter / training: the drawn pictures that the starter's models are trained on."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from components.core.child_process import end_with_parent
from components.data.drawn_catalogue.drawing.colours import COLOURS
from components.data.drawn_catalogue.drawing.picture import Scene, draw_picture

Job = tuple[str, str, int, bool]  # article, colour, seed, whether the background is grey
SIDE = 64  # pixels; the starter's pictures are square


@dataclass(frozen=True, eq=False)
class DrawnSet:
    """Drawn pictures with their articles and colours, in Kaggle's spelling. `pictures` is uint8 (N, 3, 64, 64)."""

    pictures: Tensor
    articles: tuple[str, ...]
    colours: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.articles)


def pad_to_square(picture: Image.Image, background: tuple[int, int, int], side: int = SIDE) -> Image.Image:
    """Return the picture centred on a square of the background colour, `side` pixels wide (Lanczos)."""
    longest = max(picture.size)
    whole = Image.new("RGB", (longest, longest), background)
    whole.paste(picture, ((longest - picture.width) // 2, (longest - picture.height) // 2))
    return whole.resize((side, side), Image.Resampling.LANCZOS)


def one_picture(job: Job) -> bytes:
    """Return the RGB bytes (64, 64, 3) of one drawn, padded picture."""
    article, colour, seed, tinted = job
    level = 0.985 if not tinted else 0.6 + 0.35 * (seed % 97) / 97
    background = round(level * 255)
    picture = draw_picture(article, colour, seed, Scene((96, 128), (level, level, level)))
    return pad_to_square(picture, (background, background, background)).tobytes()


def draw_set(articles: Sequence[str], each: int, seed: int, workers: int = 2, grey_share: float = 0.0) -> DrawnSet:
    """Return `each` pictures of every article in every colour; `grey_share` of them have a grey background."""
    jobs = [(article, colour, number) for article in articles for colour in COLOURS for number in range(each)]
    rng = np.random.default_rng(seed)
    seeds, greys = rng.integers(0, 2**31, len(jobs)), rng.random(len(jobs)) < grey_share
    full = [(a, c, int(s), bool(g)) for (a, c, _), s, g in zip(jobs, seeds, greys, strict=True)]
    raw = b"".join(map(one_picture, full) if workers < 2 else _in_processes(full, workers))
    array = np.frombuffer(raw, np.uint8).reshape(len(jobs), SIDE, SIDE, 3).transpose(0, 3, 1, 2)
    return DrawnSet(torch.from_numpy(array.copy()), tuple(j[0] for j in jobs), tuple(j[1] for j in jobs))


def _in_processes(jobs: Sequence[Job], workers: int) -> Sequence[bytes]:
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=end_with_parent) as pool:
        return list(pool.map(one_picture, jobs, chunksize=64))
