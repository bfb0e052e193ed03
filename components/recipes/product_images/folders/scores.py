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
from components.recipes.product_images.folders.read_folder import Extract, PictureFolder, extract_folder, list_pictures
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

SIZE = 320  # pixels of a square: a little more than any extractor takes (Inception at 299)

Progress = Callable[[str, int, int], None]  # (what, files read, of how many)


@dataclass(frozen=True)
class ScoringSettings:
    """The extractors (rows of EXTRACTORS and IMAGE_TEXT), and the seed of all that is random."""

    extractor: str = "starter-vision"
    image_text: str = "starter-vision"
    seed: int = 0


@dataclass(frozen=True)
class ScoredFolder:
    """One folder with its scores and their floors, by the names of METRICS.

    `prompts` is how many different captions its pictures have, `shared` how many of its files the reference has too.
    """

    pictures: PictureFolder
    scores: Mapping[str, Score]
    floors: Mapping[str, Floor]
    prompts: int
    shared: int


@dataclass(frozen=True)
class FolderScores:
    """One or two folders scored against the same real pictures, with features `width` wide.

    `differences` are the first folder's scores less the second's; there are none without a second.
    """

    reference: PictureFolder
    scored: Sequence[ScoredFolder]
    differences: Mapping[str, Difference]
    width: int


@dataclass(frozen=True)
class _Extractors:
    extractor: Extractor
    image_text: ImageText
    captions: Captions | None
    seed: int


@dataclass(frozen=True)
class _ExtractedFolder:
    """A folder with its features. `texts` are its captions; there are none where they are not known."""

    pictures: PictureFolder
    views: Views
    texts: Sequence[str]


def score_folders(
    folders: Sequence[Path], reference: Path, captions: Captions | None, scoring: ScoringSettings, progress: Progress
) -> FolderScores:
    """Return the scores of one folder, or of two with their difference.

    Where captions are given, the pictures of these folders must all have one; those of the reference may.

    Raises:
        ConfigError: no extractor is called so.
        BaseModelError: an extractor's weights are not at hand.
        DataError: a folder is missing, has fewer than two pictures, or some of them have no caption.
    """
    _check_known("extractor", scoring.extractor, EXTRACTORS)
    _check_known("image-text model", scoring.image_text, IMAGE_TEXT)
    for folder in (*folders, reference):
        list_pictures(folder)  # a folder that is missing is told before the first one is read
    extractor, image_text = open_extractor(scoring.extractor), open_image_text(scoring.image_text)
    extractors = _Extractors(extractor, image_text, captions, scoring.seed)
    extracted = [_extracted(folder, extractors, progress, all_captioned=True) for folder in folders]
    real = _extracted(reference, extractors, progress, all_captioned=False)
    return FolderScores(
        reference=real.pictures,
        scored=[_scored(one, real, extractors) for one in extracted],
        differences=differences(extracted[0].views, extracted[1].views, real.views, scoring.seed)
        if len(extracted) > 1
        else {},
        width=extractor.width,
    )


def _check_known(what: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        raise ConfigError(f"No {what} is called {name!r}. Known ones: {', '.join(sorted(known))}.")


def _extracted(folder: Path, extractors: _Extractors, progress: Progress, all_captioned: bool) -> _ExtractedFolder:
    extracts: dict[str, Extract] = {"features": extractors.extractor}
    if extractors.captions is not None:
        extracts["embeddings"] = extractors.image_text.image_embeddings
    pictures = extract_folder(folder, SIZE, extracts, partial(progress, f"read {folder.name}"))
    texts = _captions_of(pictures, extractors.captions, all_captioned)
    # Pictures of one prompt resemble each other: where there are enough prompts, prompts are left out for intervals.
    # With fewer that cannot be, and intervals speak of more pictures of just these prompts.
    clusters = _numbered(texts if len(set(texts)) >= GROUPS else pictures.contents)
    if not texts:
        return _ExtractedFolder(pictures, Views(pictures.extracted["features"], clusters), texts)
    embedded = _embedded(texts, extractors.image_text)
    return _ExtractedFolder(
        pictures, Views(pictures.extracted["features"], clusters, pictures.extracted["embeddings"], embedded), texts
    )


def _captions_of(pictures: PictureFolder, captions: Captions | None, all_captioned: bool) -> Sequence[str]:
    """Return a caption for each picture; none where not all have one and need not."""
    if captions is None or not (all_captioned or set(pictures.names) <= captions.keys()):
        return []
    return captions_for(pictures.names, captions, pictures.folder)


def _scored(extracted: _ExtractedFolder, real: _ExtractedFolder, extractors: _Extractors) -> ScoredFolder:
    groups = deal_evenly([extracted.views, real.views], extractors.seed)
    labels = Labels(label(extractors.extractor), label(extractors.image_text))
    scores = score_views(extracted.views, real.views, labels, (groups[0], groups[1]), extractors.seed)
    floors = real_floors(real.views, len(extracted.views), extractors.seed)
    return ScoredFolder(
        pictures=extracted.pictures,
        scores={name: replace(s, floor=floors[name].value if name in floors else None) for name, s in scores.items()},
        floors=floors,
        prompts=len(set(extracted.texts)),
        shared=len(set(extracted.pictures.contents) & set(real.pictures.contents)),
    )


@torch.inference_mode()
def _embedded(texts: Sequence[str], image_text: ImageText) -> Tensor:
    """Return an embedding for each text; texts that are the same are embedded once."""
    different = list(dict.fromkeys(texts))
    embedded = image_text.text_embeddings(different).float().cpu()
    return embedded[[different.index(text) for text in texts]]


def _numbered(names: Sequence[str]) -> Tensor:
    """Return a number for each name, the same for the same."""
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return torch.tensor([numbers[name] for name in names])
