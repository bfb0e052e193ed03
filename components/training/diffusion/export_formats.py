"""Training: an adapter in the formats that other programs read, one function for each."""

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
KOHYA_FILE = "lora.safetensors"  # its name is what people type in A1111's prompts: rename it as you like


def write_diffusers(checkpoint: Checkpoint, folder: Path) -> None:
    """Copy the adapter as it was trained, byte for byte, once it is found readable; alpha is in its metadata."""
    read_adapter(checkpoint.folder)
    shutil.copyfile(checkpoint.folder / ADAPTER_FILE, folder / ADAPTER_FILE)


def write_peft(checkpoint: Checkpoint, folder: Path) -> None:
    """Write what `peft.PeftModel.from_pretrained(unet, folder)` loads. diffusers loads it without effect (fact 1)."""
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
    """Write what ComfyUI, A1111 and diffusers' `load_lora_weights` load; alpha is a tensor of each layer.

    diffusers' own converter writes the rank in its place, as if alpha were always that: so it is put right here.
    """
    adapter = read_adapter(checkpoint.folder)
    named = {PREFIX + name: tensor.contiguous() for name, tensor in adapter.tensors.items()}
    tensors: Mapping[str, Tensor] = convert_state_dict_to_kohya(named)
    alpha = torch.tensor(float(adapter.alpha))
    right = {name: alpha.clone() if name.endswith(".alpha") else tensor for name, tensor in tensors.items()}
    told = {
        "ss_network_module": "networks.lora",
        "ss_network_dim": str(adapter.rank),
        "ss_network_alpha": str(adapter.alpha),
    }
    save_file(right, folder / KOHYA_FILE, metadata=told)
