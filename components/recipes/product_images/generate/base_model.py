"""Product images: the base model, found, checked and opened; never trained, never downloaded in passing."""

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from diffusers import DDIMScheduler, StableDiffusionPipeline
from diffusers.utils.logging import disable_progress_bar as _quiet_diffusers
from huggingface_hub import snapshot_download
from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError
from transformers.utils.logging import disable_progress_bar as _quiet_transformers

from components.core.errors import BaseModelError
from components.core.files import file_digest
from components.recipes.product_images.config import BaseSettings, ProductImagesConfig
from components.training.device import choose_device, choose_precision

STARTER = "starter"
QUIET: tuple[Callable[[], None], ...] = (_quiet_diffusers, _quiet_transformers)  # our own progress bars say enough
PARTS = ("unet", "vae", "text_encoder", "tokenizer", "scheduler")
BYTES_A_PARAMETER = 2  # what weights weigh on disk at least; only the order of magnitude matters here
WANTED = ("*.json", "*.txt", "*/diffusion_pytorch_model.safetensors", "text_encoder/model.safetensors")


def open_base(config: ProductImagesConfig) -> StableDiffusionPipeline:
    """Return the frozen base on the chosen device and in the chosen precision, with DDIM set up for sampling.

    The process keeps the last one opened: whoever asks again gets the same object. Its adapter, if any, is what
    `swap_adapter` last put there.

    Raises:
        BaseModelError: it is not there, or it is no Stable Diffusion.
        ConfigError: the precision does not work on this device.
    """
    folder = base_folder(config.base)
    parameters = sum(path.stat().st_size for path in _weights(folder, "unet")[:1]) // BYTES_A_PARAMETER
    device = choose_device()
    return _open(folder, device, choose_precision(config.train.precision, device, parameters))


def base_folder(base: BaseSettings) -> Path:
    """Return the absolute folder in diffusers' layout that holds the base, checked by its configuration files.

    Raises:
        BaseModelError: it is not there, or it is no Stable Diffusion.
    """
    if base.model == STARTER:
        from components.recipes.product_images.starter import BASE_FOLDER

        folder = BASE_FOLDER
    elif Path(base.model).expanduser().exists() or base.model.startswith(("/", ".", "~")):
        folder = Path(base.model).expanduser()
    else:
        folder = _hub_folder(base)
    _check(folder.absolute())
    return folder.absolute()


def base_reference(config: ProductImagesConfig) -> str:
    """Return how a checkpoint names its base: an absolute folder, or `org/name@revision` with the resolved revision."""
    folder = base_folder(config.base)
    is_hub = folder.parent.name == "snapshots" and folder.parent.parent.name.startswith("models--")
    return f"{config.base.model}@{folder.name}" if is_hub and "/" in config.base.model else str(folder)


@lru_cache(maxsize=4)
def base_digest(folder: Path) -> str:
    """Return 12 hex digits that name the configuration and the weights of the base in a folder."""
    files = [path for part in PARTS for path in sorted((folder / part).glob("*")) if path.suffix in (".json", ".txt")]
    files += [path for part in PARTS for path in _weights(folder, part)]
    lines = (f"{path.relative_to(folder)} {file_digest(path)}" for path in files)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


@lru_cache(maxsize=1)
def _open(folder: Path, device: torch.device, dtype: torch.dtype) -> StableDiffusionPipeline:
    for quiet in QUIET:
        quiet()
    variant = "fp16" if any(".fp16." in path.name for path in _weights(folder, "unet")[:1]) else None
    try:
        pipeline = StableDiffusionPipeline.from_pretrained(
            folder,
            dtype=dtype,
            variant=variant,
            use_safetensors=True,
            local_files_only=True,
            safety_checker=None,
            feature_extractor=None,
            requires_safety_checker=False,
        )
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise BaseModelError(f"The base model in {folder} does not load ({_brief(error)}), {_expected()}") from None
    pipeline.scheduler = _sampling_scheduler(pipeline.scheduler.config)
    for part in (pipeline.unet, pipeline.vae, pipeline.text_encoder):
        part.requires_grad_(False).eval()
    pipeline.set_progress_bar_config(disable=True)
    return pipeline.to(device)


def _sampling_scheduler(found: Mapping[str, Any]) -> DDIMScheduler:
    """DDIM with the base's own noise. Told explicitly, since from a PNDM config it would clip its samples (fact 48)."""
    spacing = found.get("timestep_spacing") or "leading"
    scheduler: DDIMScheduler = DDIMScheduler.from_config(found, clip_sample=False, timestep_spacing=spacing)
    return scheduler


def _hub_folder(base: BaseSettings) -> Path:
    try:
        return Path(snapshot_download(base.model, revision=base.revision, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError, OSError, ValueError):
        revision = f" --revision {base.revision}" if base.revision else ""
        includes = " ".join(f'--include "{pattern}"' for pattern in WANTED)
        raise BaseModelError(
            f"The base model {base.model} is not on this machine, expected it in the Hugging Face cache or a folder: "
            f"run `hf download {base.model}{revision} {includes}`, or name a folder in base.model."
        ) from None


def _check(folder: Path) -> None:
    """Raise BaseModelError unless the configuration files say Stable Diffusion, text to image."""
    if not folder.is_dir():
        raise BaseModelError(f"The base model {folder} is no folder, {_expected()}")
    kind = _read(folder / "model_index.json").get("_class_name")
    if kind != "StableDiffusionPipeline":
        raise BaseModelError(f"The base model in {folder} is a {kind}, {_expected()}")
    unet, text = _read(folder / "unet/config.json"), _read(folder / "text_encoder/config.json")
    latents = _read(folder / "vae/config.json").get("latent_channels")
    if unet.get("cross_attention_dim") != text.get("hidden_size"):
        found = f"a UNet for texts {unet.get('cross_attention_dim')} wide and texts {text.get('hidden_size')} wide"
        raise BaseModelError(
            f"The base model in {folder} has {found}, expected the same width: they do not belong together."
        )
    if unet.get("in_channels") != latents:
        found = f"a UNet of {unet.get('in_channels')} channels and latents of {latents}"
        raise BaseModelError(
            f"The base model in {folder} has {found}, expected the same: inpainting models do not fit."
        )


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        found = f"{path.parent.name}/{path.name} that can be read"
        raise BaseModelError(f"The base model in {path.parents[0]} has no {found}, {_expected()}") from None
    return content if isinstance(content, dict) else {}


def _weights(folder: Path, part: str) -> list[Path]:
    """Return the weight files of one part, those without a variant first."""
    return sorted((folder / part).glob("*.safetensors"), key=lambda path: (".fp16." in path.name, path.name))


def _expected() -> str:
    return "expected Stable Diffusion in diffusers' layout with safetensors: name another one in base.model."


def _brief(error: Exception) -> str:
    return " ".join(str(error).split())[:200].rstrip(".")
