"""Product images: picture files beside the report: grid.png, a grid for each version's card, pictures to rate."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from PIL import Image
from torch import Tensor

from components.core.files import digest_of, file_digest, write_text
from components.core.records import BASE, REAL
from components.data.pictures.grid import differing_words, save_grid
from components.recipes.product_images.evaluate.setup import EvaluationSetup, PictureSubject
from components.recipes.product_images.score.features import read_pictures

CARDS = "cards"  # registry/scorecards.py reads this folder
CARD_CELL = 96  # pixels: six cells fit beside the menu of MLflow's page, which does not scale pictures
RATED = 16  # pictures of each subject that people can rate


def save_grids(rows: Mapping[str, tuple[str, Tensor]], prompts: Sequence[str], folder: Path) -> None:
    """Save grid.png, and cards/<digest>.png with each trained subject below the base model.

    `rows` has by digest a title and uint8 pictures (K, 3, H, W) of the prompts. Nothing is saved if K is 0.
    """
    shown = {digest: row for digest, row in rows.items() if len(row[1])}
    if not shown:
        return
    labels = differing_words(prompts)
    save_grid(list(shown.values()), labels, folder / "grid.png")
    (folder / CARDS).mkdir(exist_ok=True)
    above = [row for digest, row in shown.items() if digest == BASE]
    for digest, row in shown.items():
        if digest != BASE:
            scale = CARD_CELL / max(row[1].shape[-2:])
            save_grid([*above, row], labels, folder / CARDS / f"{digest}.png", scale)


def save_pictures_to_rate(setup: EvaluationSetup, subjects: Sequence[PictureSubject], folder: Path) -> None:
    """Write pictures of each subject for the same prompts, and real ones; index.json names the subject of each file."""
    plan = setup.plan
    count = min(RATED, len(subjects[0].outputs.pictures))
    generated = [
        {"prompt": prompt, "seed": seed} for prompt, seed in zip(plan.prompts[:count], plan.seeds[:count], strict=True)
    ]
    index = {
        subject.digest: {
            "step": None if subject.role == "base" else subject.step,
            "files": _saved(subject.outputs.pictures[:count], generated, folder / subject.digest),
        }
        for subject in subjects
    }
    real = setup.snapshot.splits[setup.split][:RATED]
    shown = [{"prompt": example["caption"], "seed": None} for example in real]
    pictures = read_pictures(setup.snapshot, setup.split, real)
    index[REAL] = {"step": None, "files": _saved(pictures, shown, folder / REAL)}
    found = {"model": setup.config.model, "snapshot": setup.snapshot.digest, "subjects": index}
    write_text(folder / "index.json", json.dumps({**found, "seal": digest_of(found)}, indent=2) + "\n")


def _saved(pictures: Tensor, shown: Sequence[Mapping[str, object]], folder: Path) -> list[dict[str, object]]:
    folder.mkdir(parents=True)
    files = []
    for number, (picture, facts) in enumerate(zip(pictures, shown, strict=True)):
        name = f"{number:03d}.png"
        Image.fromarray(picture.permute(1, 2, 0).numpy()).save(folder / name)
        files.append({"file": name, "sha256": file_digest(folder / name), **facts})
    return files
