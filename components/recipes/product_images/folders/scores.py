"""Product images: the scores of folders of pictures against one folder of real ones."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from components.core.errors import ConfigError
from components.core.records import Score
from components.metrics.intervals import GROUPS
from components.recipes.product_images.folders.caption_files import Captions, captions_for
from components.recipes.product_images.folders.read_folder import Look, PictureFolder, list_pictures, look_into
from components.recipes.product_images.folders.uncertainty import (
    Difference,
    Floor,
    Labels,
    Views,
    deal_evenly,
    differences,
    real_floors,
    score_views,
)
from components.recipes.product_images.score.extractors import (
    EXTRACTORS,
    IMAGE_TEXT,
    Extractor,
    ImageText,
    label,
    open_extractor,
    open_image_text,
)

SIZE = 320  # pixels of a square: a little more than any judge looks at (Inception at 299)

Progress = Callable[[str, int, int], None]  # (what, files read, of how many)


@dataclass(frozen=True)
class Judging:
    """Who looks at the pictures (rows of EXTRACTORS and IMAGE_TEXT), and what chance is drawn from."""

    extractor: str = "starter-vision"
    image_text: str = "starter-vision"
    seed: int = 0


@dataclass(frozen=True)
class Judged:
    """One folder with its scores and their floors, by the names of METRICS.

    `prompts` is how many different captions its pictures have, `shared` how many of its files the reference has too.
    """

    pictures: PictureFolder
    scores: Mapping[str, Score]
    floors: Mapping[str, Floor]
    prompts: int
    shared: int


@dataclass(frozen=True)
class Comparison:
    """One or two folders scored against the same real pictures, with features `width` wide.

    `differences` are the first folder's scores less the second's; there are none without a second.
    """

    reference: PictureFolder
    judged: Sequence[Judged]
    differences: Mapping[str, Difference]
    width: int


@dataclass(frozen=True)
class _Judges:
    extractor: Extractor
    image_text: ImageText
    captions: Captions | None
    seed: int


@dataclass(frozen=True)
class _Seen:
    """A folder as the judges see it. `texts` are its captions; there are none where they are not known."""

    pictures: PictureFolder
    views: Views
    texts: Sequence[str]


def score_folders(
    folders: Sequence[Path], reference: Path, captions: Captions | None, judging: Judging, progress: Progress
) -> Comparison:
    """Return the scores of one folder, or of two with their difference.

    Where captions are given, the pictures of these folders must all have one; those of the reference may.

    Raises:
        ConfigError: no judge is called so.
        BaseModelError: a judge's weights are not at hand.
        DataError: a folder is missing, has fewer than two pictures, or some of them have no caption.
    """
    _check_known("extractor", judging.extractor, EXTRACTORS)
    _check_known("image-text model", judging.image_text, IMAGE_TEXT)
    for folder in (*folders, reference):
        list_pictures(folder)  # a folder that is missing is told before the first one is read
    extractor, image_text = open_extractor(judging.extractor), open_image_text(judging.image_text)
    judges = _Judges(extractor, image_text, captions, judging.seed)
    seen = [_see(folder, judges, progress, all_captioned=True) for folder in folders]
    real = _see(reference, judges, progress, all_captioned=False)
    return Comparison(
        reference=real.pictures,
        judged=[_judge(one, real, judges) for one in seen],
        differences=differences(seen[0].views, seen[1].views, real.views, judging.seed) if len(seen) > 1 else {},
        width=extractor.width,
    )


def _check_known(what: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        raise ConfigError(f"No {what} is called {name!r}. Known ones: {', '.join(sorted(known))}.")


def _see(folder: Path, judges: _Judges, progress: Progress, all_captioned: bool) -> _Seen:
    looks: dict[str, Look] = {"features": judges.extractor}
    if judges.captions is not None:
        looks["embeddings"] = judges.image_text.image_embeddings
    pictures = look_into(folder, SIZE, looks, partial(progress, f"read {folder.name}"))
    texts = _captions_of(pictures, judges.captions, all_captioned)
    # Pictures of one prompt resemble each other: where there are enough prompts, prompts are left out for intervals.
    # With fewer that cannot be, and intervals speak of more pictures of just these prompts.
    clusters = _numbered(texts if len(set(texts)) >= GROUPS else pictures.contents)
    if not texts:
        return _Seen(pictures, Views(pictures.seen["features"], clusters), texts)
    embedded = _embedded(texts, judges.image_text)
    return _Seen(pictures, Views(pictures.seen["features"], clusters, pictures.seen["embeddings"], embedded), texts)


def _captions_of(pictures: PictureFolder, captions: Captions | None, all_captioned: bool) -> Sequence[str]:
    """Return a caption for each picture; none where not all have one and need not."""
    if captions is None or not (all_captioned or set(pictures.names) <= captions.keys()):
        return []
    return captions_for(pictures.names, captions, pictures.folder)


def _judge(seen: _Seen, real: _Seen, judges: _Judges) -> Judged:
    groups = deal_evenly([seen.views, real.views], judges.seed)
    labels = Labels(label(judges.extractor), label(judges.image_text))
    scores = score_views(seen.views, real.views, labels, (groups[0], groups[1]), judges.seed)
    floors = real_floors(real.views, len(seen.views), judges.seed)
    return Judged(
        pictures=seen.pictures,
        scores={name: replace(s, floor=floors[name].value if name in floors else None) for name, s in scores.items()},
        floors=floors,
        prompts=len(set(seen.texts)),
        shared=len(set(seen.pictures.contents) & set(real.pictures.contents)),
    )


@torch.inference_mode()
def _embedded(texts: Sequence[str], image_text: ImageText) -> Tensor:
    """Return an embedding for each text; texts that are the same are looked at once."""
    different = list(dict.fromkeys(texts))
    embedded = image_text.text_embeddings(different).float().cpu()
    return embedded[[different.index(text) for text in texts]]


def _numbered(names: Sequence[str]) -> Tensor:
    """Return a number for each name, the same for the same."""
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return torch.tensor([numbers[name] for name in names])
