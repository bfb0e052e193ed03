"""Tests: the catalogue of the toy recipe, 300 fruits of which two are odd, and the YAML of a model on it."""

import json
from pathlib import Path
from textwrap import dedent

from tests.toys import CATALOGUE


def toy_model_yaml(folder: Path) -> Path:
    """Write the catalogue and the YAML into a folder; return the YAML's path."""
    plums = [f"{30 + n % 50},plum" for n in range(150)]
    apples = [f"{90 + n},apple" for n in range(148)]
    odd = ["heavy,apple", "61, plum"]  # quarantined, repaired
    (folder / CATALOGUE).write_text("\n".join(["grams,kind", *plums, *apples, *odd]) + "\n", encoding="utf-8")
    path = folder / "fruit.yaml"
    path.write_text(
        dedent(f"""\
            model: fruit
            recipe: toy
            about: Tells plums from apples by their weight.
            data: {{catalogue: {json.dumps(str(folder))}}}
            train: {{steps: 4, checkpoint_every: 1, stride: 30.0}}
            promote: {{primary: accuracy, at_least: {{accuracy: 0.8}}}}
            """),
        encoding="utf-8",
    )
    return path
