"""Training: export an adapter in the formats of other programs, one function per format."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import torch
from diffusers.utils.state_dict_utils import convert_state_dict_to_kohya
from peft import LoraConfig
from safetensors.torch import save_file
from torch import Tensor

from components.core.records import Checkpoint
from components.training.diffusion import ADAPTER_FILE
from components.training.diffusion.adapter_files import PREFIX, read_adapter

PEFT_FILE = "adapter_model.safetensors"
PEFT_PREFIX = "base_model.model."
KOHYA_FILE = "lora.safetensors"  # A1111's prompts refer to the adapter by this name; the file may be renamed


def write_diffusers(checkpoint: Checkpoint, folder: Path) -> None:
    """Copy the adapter byte for byte, after checking that it can be read. Its alpha is in the metadata."""
    read_adapter(checkpoint.folder)
    shutil.copyfile(checkpoint.folder / ADAPTER_FILE, folder / ADAPTER_FILE)


def write_peft(checkpoint: Checkpoint, folder: Path) -> None:
    """Write what `peft.PeftModel.from_pretrained(unet, folder)` loads. In diffusers this format has no effect."""
    adapter = read_adapter(checkpoint.folder)
    lora = LoraConfig(
        r=adapter.rank,
        lora_alpha=adapter.alpha,
        target_modules=sorted(adapter.targets),
        base_model_name_or_path=checkpoint.base_model or None,
        inference_mode=True,
    )
    lora.save_pretrained(str(folder))
    tensors = {PEFT_PREFIX + name: tensor.contiguous() for name, tensor in adapter.tensors.items()}
    save_file(tensors, folder / PEFT_FILE, metadata={"format": "pt"})


def write_kohya(checkpoint: Checkpoint, folder: Path) -> None:
    """Write what ComfyUI, A1111 and diffusers' `load_lora_weights` load. Each layer has its alpha as a tensor.

    diffusers' converter writes the rank as alpha, so the alphas are corrected here.
    """
    adapter = read_adapter(checkpoint.folder)
    named = {PREFIX + name: tensor.contiguous() for name, tensor in adapter.tensors.items()}
    tensors: Mapping[str, Tensor] = convert_state_dict_to_kohya(named)
    alpha = torch.tensor(float(adapter.alpha))
    corrected = {name: alpha.clone() if name.endswith(".alpha") else tensor for name, tensor in tensors.items()}
    metadata = {
        "ss_network_module": "networks.lora",
        "ss_network_dim": str(adapter.rank),
        "ss_network_alpha": str(adapter.alpha),
    }
    save_file(corrected, folder / KOHYA_FILE, metadata=metadata)
