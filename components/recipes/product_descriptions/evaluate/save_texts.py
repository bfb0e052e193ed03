"""Product descriptions: text files beside the report, which people can rate: of each subject, and real ones."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from components.core.files import digest_of, file_digest, write_text
from components.core.records import REAL
from components.recipes.product_descriptions.evaluate.setup import EvaluationSetup, TextSubject
from components.recipes.product_descriptions.prompts import fields_of

RATED_TEXTS = 16  # of each subject; rated.py says what is asked


def save_texts_to_rate(setup: EvaluationSetup, subjects: Sequence[TextSubject], folder: Path) -> None:
    """Write texts of each subject for the same products, and the real ones, as core.rated_outputs describes it."""
    count = min(RATED_TEXTS, *(len(subject.outputs.texts) for subject in subjects))
    index = {
        subject.digest: {
            "step": None if subject.role == "base" else subject.step,
            "files": _saved(setup, subject.outputs.texts[:count], folder / subject.digest),
        }
        for subject in subjects
    }
    index[REAL] = {"step": None, "files": _saved(setup, setup.plan.real[:count], folder / REAL)}
    found = {"model": setup.config.model, "snapshot": setup.snapshot.digest, "subjects": index}
    write_text(folder / "index.json", json.dumps({**found, "seal": digest_of(found)}, indent=2) + "\n")


def _saved(setup: EvaluationSetup, texts: Sequence[str], folder: Path) -> list[dict[str, Any]]:
    folder.mkdir(parents=True)
    named, files = fields_of(setup.config.data.prompt), []
    for number, text in enumerate(texts):
        path, given = folder / f"{number:03d}.txt", setup.plan.attributes[number]
        write_text(path, f"{text}\n")
        about = {name: given[name] for name in named if given.get(name)}
        files.append({"file": path.name, "sha256": file_digest(path), "about": about})
    return files
