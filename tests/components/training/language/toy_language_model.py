"""Tests: a tiny Llama or Mistral with its own vocabulary, made from configuration with random weights."""

from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM, MistralConfig, MistralForCausalLM

from components.recipes.product_descriptions.starter.vocabulary import train_vocabulary

TEXTS = ("Brand: Alder\nColour: red\nDescription: Red shoes by Alder.", "A blue bag, light and soft.")
KINDS = {"llama": (LlamaConfig, LlamaForCausalLM), "mistral": (MistralConfig, MistralForCausalLM)}


def make_toy_tokenizer(size: int = 300) -> Any:
    return train_vocabulary(TEXTS, size)


def make_toy_model(kind: str = "llama", seed: int = 0, size: int = 300) -> Any:
    """Return a model of two layers, 32 wide, with frozen weights."""
    settings, model = KINDS[kind]
    torch.manual_seed(seed)
    made = model(
        settings(
            vocab_size=len(make_toy_tokenizer(size)),
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=2,
            max_position_embeddings=256,
            bos_token_id=1,
            eos_token_id=2,
            pad_token_id=0,
        )
    )
    return made.requires_grad_(False).eval()


def write_toy_model(folder: Path, kind: str = "llama", seed: int = 0) -> Path:
    make_toy_model(kind, seed).save_pretrained(folder)
    make_toy_tokenizer().save_pretrained(folder)
    return folder


def read_stock(folder: Path) -> Any:
    """Return the model as transformers itself loads it."""
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def disturb(model: Any, seed: int = 0, size: float = 0.1) -> None:
    """Give the adapter in a model other weights, as a training would."""
    numbers = torch.Generator().manual_seed(seed)
    for name, parameter in sorted(model.named_parameters()):
        if "lora_" in name:
            parameter.data += size * torch.randn(parameter.shape, generator=numbers)
