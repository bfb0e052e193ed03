"""Product descriptions: the files of a version beside its adapter: how it writes, what its texts are checked for."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from components.core.errors import CheckpointError
from components.core.strict import Strict
from components.recipes.product_descriptions.base_settings import BaseSettings
from components.recipes.product_descriptions.config import GenerationSettings, ProductDescriptionsConfig
from components.recipes.product_descriptions.score.known_words import KnownWords

ADAPTER = "adapter"  # the folder in a checkpoint that PEFT loads
WRITING, CHECKING, WORDS = "writing.json", "checking.json", "words.json"


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


@dataclass(frozen=True, slots=True)
class Checking:
    """What the texts of a version are checked by: values by attribute, and the words of its training texts."""

    values: Mapping[str, Sequence[str]]
    words: KnownWords | None = None  # earlier releases wrote none


def write_version(folder: Path, config: ProductDescriptionsConfig, base_digest: str, checking: Checking) -> None:
    """Write these files into the adapter's folder."""
    writing = Writing(
        prompt=config.data.prompt,
        base=config.base,
        base_digest=base_digest,
        precision=config.train.precision,
        generation=config.generation,
    )
    _write(folder / WRITING, writing.model_dump(mode="json"))
    _write(folder / CHECKING, {name: list(known) for name, known in checking.values.items()})
    if checking.words is not None:
        _write(folder / WORDS, {"limit": checking.words.limit, "stems": sorted(checking.words.stems)})


def read_writing(folder: Path) -> Writing:
    """Read how a version writes. Raises CheckpointError if the file is missing or has other fields."""
    path = adapter_folder(folder) / WRITING
    try:
        return Writing.model_validate(_read(path))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        found = f"{path} has another form ({'.'.join(map(str, first['loc']))}: {first['msg']})"
        raise CheckpointError(found, expected="what training wrote", act="train again") from None


def read_checking(folder: Path) -> Checking:
    """Return what the texts of a version are checked by."""
    values: dict[str, list[str]] = _read(adapter_folder(folder) / CHECKING)
    path = adapter_folder(folder) / WORDS
    if not path.is_file():
        return Checking(values)
    found = _read(path)
    return Checking(values, KnownWords(frozenset(found["stems"]), float(found["limit"])))


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        found = f"{path} cannot be read ({error})"
        raise CheckpointError(found, expected="what training wrote", act="train again") from None


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
