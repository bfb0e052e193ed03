"""Product images: find the folder of the base model and check its configuration files, without importing torch."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from components.core.errors import BaseModelError
from components.core.files import file_digest
from components.recipes.product_images.base_settings import STARTER, BaseSettings
from components.recipes.product_images.generate.pipeline_kinds import KINDS, PipelineKind
from components.training.hub_models import hub_folder

EXPECTED = "Stable Diffusion or Stable Diffusion XL in diffusers' layout with safetensors"
CHOOSE = "name another one in base.model"
DOWNLOADED = ("*.json", "*.txt", "*/diffusion_pytorch_model.safetensors", "text_encoder*/model.safetensors")


def base_folder(base: BaseSettings) -> Path:
    """Return the absolute folder of the base in diffusers' layout, after a check of its configuration files.

    Raises:
        BaseModelError: it is missing, or of a kind that cannot be trained.
    """
    if base.model == STARTER:
        from components.recipes.product_images.starter import BASE_FOLDER

        folder = BASE_FOLDER
    elif Path(base.model).expanduser().exists() or base.model.startswith(("/", ".", "~")):
        folder = Path(base.model).expanduser()
    else:
        folder = _hub_base(base)
    _check(folder.absolute())
    return folder.absolute()


def picture_size(folder: Path) -> tuple[int, int]:
    """Return height and width in pixels of the pictures that the base in a folder generates by itself."""
    side = _read(folder / "unet/config.json").get("sample_size")
    scale = 2 ** (len(_read(folder / "vae/config.json").get("block_out_channels") or [1]) - 1)
    height, width = side if isinstance(side, list) else (side, side)
    if not isinstance(height, int) or not isinstance(width, int):
        raise BaseModelError(f"The base model in {folder} has no sample_size", expected=EXPECTED, act=CHOOSE)
    return height * scale, width * scale


class HasBase(Protocol):
    """A config with the section `base`."""

    @property
    def base(self) -> BaseSettings: ...


def folder_of(config: HasBase) -> Path:
    return base_folder(config.base)


@lru_cache(maxsize=4)
def base_digest(folder: Path) -> str:
    """Return 12 hex digits that name the configuration and the weights of the base in a folder."""
    parts = folder_kind(folder).parts
    files = [path for part in parts for path in sorted((folder / part).glob("*")) if path.suffix in (".json", ".txt")]
    files += [path for part in parts for path in weight_files(folder, part)]
    lines = (f"{path.relative_to(folder)} {file_digest(path)}" for path in files)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def folder_kind(folder: Path) -> PipelineKind:
    """Return the kind of the base in a folder.

    Raises:
        BaseModelError: it is none of those that can be trained.
    """
    name = _read(folder / "model_index.json").get("_class_name")
    kind = KINDS.get(str(name))
    if kind is None:
        raise BaseModelError(f"The base model in {folder} is a {name}", expected=EXPECTED, act=CHOOSE)
    return kind


def weight_files(folder: Path, part: str) -> list[Path]:
    """Return the weight files of one part, those of the variant fp16 last."""
    return sorted((folder / part).glob("*.safetensors"), key=lambda path: (".fp16." in path.name, path.name))


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


def _check(folder: Path) -> None:
    """Raise BaseModelError unless the configuration files are those of a text-to-image model of a known kind."""
    if not folder.is_dir():
        raise BaseModelError(f"The base model {folder} is not a folder", expected=EXPECTED, act=CHOOSE)
    kind, unet = folder_kind(folder), _read(folder / "unet/config.json")
    widths = [_read(folder / part / "config.json").get("hidden_size") or 0 for part in kind.text_encoders]
    latents = _read(folder / "vae/config.json").get("latent_channels")
    if unet.get("cross_attention_dim") != sum(widths):
        found = f"a UNet for texts {unet.get('cross_attention_dim')} wide and texts {sum(widths)} wide"
        raise BaseModelError(
            f"The base model in {folder} has {found}",
            expected="the same width",
            act="use the UNet and the text encoders of one model",
        )
    if unet.get("in_channels") != latents:
        found = f"a UNet of {unet.get('in_channels')} channels and latents of {latents}"
        raise BaseModelError(
            f"The base model in {folder} has {found}",
            expected="the same number",
            act="use a text-to-image model, inpainting models do not fit",
        )


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = f"{path.parent.name}/{path.name} that can be read"
        raise BaseModelError(
            f"The base model in {path.parents[0]} has no {found}", expected=EXPECTED, act=CHOOSE
        ) from None
    return content if isinstance(content, dict) else {}
