"""Product descriptions: the files of a version beside its adapter: how it writes, what its texts are checked for."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from components.core.errors import CheckpointError
from components.core.strict import Strict
from components.recipes.product_descriptions.base_settings import BaseSettings
from components.recipes.product_descriptions.config import GenerationSettings, ProductDescriptionsConfig

ADAPTER = "adapter"  # the folder in a checkpoint that PEFT loads
WRITING, CHECKING = "writing.json", "checking.json"


class Writing(Strict):
    """What a version needs to write besides its adapter. `base_digest` is that of the base it was trained on."""

    prompt: str
    base: BaseSettings
    base_digest: str
    precision: Literal["auto", "fp32", "bf16", "fp16"]
    generation: GenerationSettings


def adapter_folder(folder: Path) -> Path:
    """Return the folder with the adapter's files: of a checkpoint, or of the folder that MLflow packs."""
    return folder / ADAPTER if (folder / ADAPTER).is_dir() else folder


def write_version(
    folder: Path, config: ProductDescriptionsConfig, base_digest: str, values: Mapping[str, Sequence[str]]
) -> None:
    """Write both files into the adapter's folder. `values` has those that its texts are checked for, by attribute."""
    writing = Writing(
        prompt=config.data.prompt,
        base=config.base,
        base_digest=base_digest,
        precision=config.train.precision,
        generation=config.generation,
    )
    _write(folder / WRITING, writing.model_dump(mode="json"))
    _write(folder / CHECKING, {name: list(known) for name, known in values.items()})


def read_writing(folder: Path) -> Writing:
    """Read how a version writes. Raises CheckpointError if the file is missing or has other fields."""
    path = adapter_folder(folder) / WRITING
    try:
        return Writing.model_validate(_read(path))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        found = f"{path} has another form ({'.'.join(map(str, first['loc']))}: {first['msg']})"
        raise CheckpointError(found, expected="what training wrote", act="train again") from None


def read_checking(folder: Path) -> dict[str, list[str]]:
    """Return the values that the texts of a version are checked for, by attribute."""
    found: dict[str, list[str]] = _read(adapter_folder(folder) / CHECKING)
    return found


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        found = f"{path} cannot be read ({error})"
        raise CheckpointError(found, expected="what training wrote", act="train again") from None


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
