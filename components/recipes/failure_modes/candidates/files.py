"""Recipe failure_modes: the files of a fitted model: JSON, safetensors and skops, never pickle."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from components.core.errors import CheckpointError
from components.core.lazy import lazy
from components.recipes.failure_modes.candidates.calibration import Calibration
from components.recipes.failure_modes.candidates.model import FittedModel, Scorer

FORMAT = 1
Load = Callable[[Path], Scorer]
_HERE = "components.recipes.failure_modes.candidates"
KINDS: dict[str, Load] = {
    "pipeline": lazy(f"{_HERE}.pipelines:load_pipeline"),
    "trees": lazy(f"{_HERE}.boosted_trees:load_trees"),
    "sentences": lazy(f"{_HERE}.sentences:load_sentences"),
    "fine-tuned": lazy(f"{_HERE}.fine_tuned:load_fine_tuned"),
    "ensemble": lazy(f"{_HERE}.ensemble:load_ensemble"),
}


def save_model(model: FittedModel, folder: Path) -> None:
    """Write a model into a folder, which is made if it is missing."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    model.scorer.save(folder)
    arrays = {f"calibration.{name}": values for name, values in model.calibration.arrays.items()}
    save_file(arrays | {"held_out": model.held_out}, folder / "arrays.safetensors")
    about = {
        "format": FORMAT,
        "name": model.name,
        "kind": model.scorer.kind,
        "classes": list(model.classes),
        "calibration": {"method": model.calibration.method, "reason": model.calibration.reason},
        "notes": dict(model.notes),
    }
    (folder / "model.json").write_text(json.dumps(about, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def load_model(folder: Path) -> FittedModel:
    """Read a model that `save_model` wrote. It gives the same probabilities."""
    from safetensors.numpy import load_file

    about = _about(folder)
    arrays = load_file(folder / "arrays.safetensors")
    numbers = {key.removeprefix("calibration."): value for key, value in arrays.items() if key != "held_out"}
    calibration = Calibration(about["calibration"]["method"], numbers, about["calibration"]["reason"])
    scorer = KINDS[about["kind"]](folder)
    return FittedModel(about["name"], tuple(about["classes"]), scorer, calibration, arrays["held_out"], about["notes"])


def read_notes(folder: Path) -> dict[str, Any]:
    """Read the notes of a model alone, which takes no time."""
    notes: dict[str, Any] = _about(folder)["notes"]
    return notes


def _about(folder: Path) -> dict[str, Any]:
    path = folder / "model.json"
    if not path.is_file():
        raise CheckpointError(
            f"{folder} has no model.json", expected="a folder that save_model wrote", act="train again"
        )
    about: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if about.get("format") != FORMAT or about.get("kind") not in KINDS:
        found = f"{path} has format {about.get('format')} and kind {about.get('kind')!r}"
        raise CheckpointError(found, expected=f"format {FORMAT} and one of {', '.join(KINDS)}", act="train again")
    return about
