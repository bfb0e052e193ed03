"""Product images: score folders of pictures against one folder of real pictures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from components.core.errors import UnknownNameError
from components.core.records import Score
from components.metrics.intervals import GROUPS
from components.recipes.product_images.folders.caption_files import Captions, captions_for
from components.recipes.product_images.folders.read_folder import Extract, PictureFolder, extract_folder, list_pictures
from components.recipes.product_images.folders.uncertainty import (
    Difference,
    Floor,
    FolderFeatures,
    Labels,
    deal_evenly,
    differences,
    folder_floors,
    score_folder_features,
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

SIZE = 320  # pixels of a square: slightly more than the largest extractor needs (Inception: 299)

Progress = Callable[[str, int, int], None]  # (what, files read, of how many)


class UnknownExtractorError(UnknownNameError):
    """There is no such row of EXTRACTORS."""

    kind = "extractor"


class UnknownImageTextError(UnknownNameError):
    """There is no such row of IMAGE_TEXT."""

    kind = "image-text model"


@dataclass(frozen=True)
class ScoringSettings:
    """The extractors (rows of EXTRACTORS and IMAGE_TEXT), and the seed."""

    extractor: str = "starter-vision"
    image_text: str = "starter-vision"
    seed: int = 0


@dataclass(frozen=True)
class ScoredFolder:
    """One folder with its scores and their floors, by name in METRICS.

    `prompts` is the number of different captions, `shared` the number of files that the reference has too.
    """

    pictures: PictureFolder
    scores: Mapping[str, Score]
    floors: Mapping[str, Floor]
    prompts: int
    shared: int


@dataclass(frozen=True)
class FolderScores:
    """One or two folders scored against the same real pictures, with features `width` wide.

    `differences` are the first folder's scores minus the second's; empty for one folder.
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
    """A folder with its features. `texts` are its captions, empty if they are not known."""

    pictures: PictureFolder
    features: FolderFeatures
    texts: Sequence[str]


def score_folders(
    folders: Sequence[Path], reference: Path, captions: Captions | None, scoring: ScoringSettings, progress: Progress
) -> FolderScores:
    """Return the scores of one folder, or of two with their difference.

    If captions are given, every picture of these folders needs one; pictures of the reference may have one.

    Raises:
        UnknownExtractorError, UnknownImageTextError: name the known ones.
        BaseModelError: an extractor's weights are not on this machine.
        DataError: a folder is missing, has fewer than two pictures, or some of them have no caption.
    """
    if scoring.extractor not in EXTRACTORS:
        raise UnknownExtractorError(scoring.extractor, known=EXTRACTORS)
    if scoring.image_text not in IMAGE_TEXT:
        raise UnknownImageTextError(scoring.image_text, known=IMAGE_TEXT)
    for folder in (*folders, reference):
        list_pictures(folder)  # a missing folder is an error before any folder is read
    extractor, image_text = open_extractor(scoring.extractor), open_image_text(scoring.image_text)
    extractors = _Extractors(extractor, image_text, captions, scoring.seed)
    extracted = [_extracted(folder, extractors, progress, all_captioned=True) for folder in folders]
    real = _extracted(reference, extractors, progress, all_captioned=False)
    return FolderScores(
        reference=real.pictures,
        scored=[_scored(one, real, extractors) for one in extracted],
        differences=differences(extracted[0].features, extracted[1].features, real.features, scoring.seed)
        if len(extracted) > 1
        else {},
        width=extractor.width,
    )


def _extracted(folder: Path, extractors: _Extractors, progress: Progress, all_captioned: bool) -> _ExtractedFolder:
    extracts: dict[str, Extract] = {"features": extractors.extractor}
    if extractors.captions is not None:
        extracts["embeddings"] = extractors.image_text.image_embeddings
    pictures = extract_folder(folder, SIZE, extracts, partial(progress, f"read {folder.name}"))
    texts = _captions_of(pictures, extractors.captions, all_captioned)
    # Pictures of one prompt resemble each other, so the jackknife leaves out whole prompts if there are enough of them.
    # With fewer prompts the intervals hold only for more pictures of the same prompts.
    clusters = _cluster_numbers(texts if len(set(texts)) >= GROUPS else pictures.contents)
    if not texts:
        return _ExtractedFolder(pictures, FolderFeatures(pictures.extracted["features"], clusters), texts)
    embedded = _embedded(texts, extractors.image_text)
    return _ExtractedFolder(
        pictures,
        FolderFeatures(pictures.extracted["features"], clusters, pictures.extracted["embeddings"], embedded),
        texts,
    )


def _captions_of(pictures: PictureFolder, captions: Captions | None, all_captioned: bool) -> Sequence[str]:
    """Return a caption for each picture; none if some lack one and `all_captioned` is false."""
    if captions is None or not (all_captioned or set(pictures.names) <= captions.keys()):
        return []
    return captions_for(pictures.names, captions, pictures.folder)


def _scored(extracted: _ExtractedFolder, real: _ExtractedFolder, extractors: _Extractors) -> ScoredFolder:
    groups = deal_evenly([extracted.features, real.features], extractors.seed)
    labels = Labels(label(extractors.extractor), label(extractors.image_text))
    scores = score_folder_features(extracted.features, real.features, labels, (groups[0], groups[1]), extractors.seed)
    floors = folder_floors(real.features, len(extracted.features), extractors.seed)
    return ScoredFolder(
        pictures=extracted.pictures,
        scores={name: replace(s, floor=floors[name].value if name in floors else None) for name, s in scores.items()},
        floors=floors,
        prompts=len(set(extracted.texts)),
        shared=len(set(extracted.pictures.contents) & set(real.pictures.contents)),
    )


@torch.inference_mode()
def _embedded(texts: Sequence[str], image_text: ImageText) -> Tensor:
    """Return an embedding for each text; equal texts are embedded once."""
    different = list(dict.fromkeys(texts))
    embedded = image_text.text_embeddings(different).float().cpu()
    return embedded[[different.index(text) for text in texts]]


def _cluster_numbers(names: Sequence[str]) -> Tensor:
    """Return a number for each name, equal for equal names."""
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return torch.tensor([numbers[name] for name in names])
