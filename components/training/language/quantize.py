"""Training: keep the frozen weights of a model in memory in 4 bits, as bitsandbytes' nf4 with double quantization."""

from importlib import import_module
from typing import Any

import torch

SKIPPED = (
    "lm_head",
)  # shares its weights with the embeddings in many models, and its errors are errors of every token


def quantize_nf4(model: Any, dtype: torch.dtype) -> None:
    """Replace each linear layer by one of 4 bits that computes in `dtype`, in place, on the model's device.

    For weights that transformers cannot quantize while it reads them, such as those of a GGUF file.
    """
    bitsandbytes: Any = import_module("bitsandbytes")  # imported on demand: it is slow and prints warnings
    children = [(parent, *named) for parent in model.modules() for named in parent.named_children()]
    for parent, name, layer in children:
        if isinstance(layer, torch.nn.Linear) and name not in SKIPPED:
            setattr(parent, name, _quantized(bitsandbytes.nn, layer, dtype))
    model.is_loaded_in_4bit = True  # which peft looks for
    keep_weights(model)


def keep_weights(model: Any) -> None:
    """Keep the quantized weights as they are when they compute without gradients on a CPU.

    On CPUs with AVX512-BF16, bitsandbytes 0.50 packs a layer's weights anew at its first output in eval mode, and
    rounds their scales to bf16. A training that is scored in between would go on with other weights than one that was
    resumed, and layers whose width is no multiple of 64 fail.
    """
    for layer in model.modules():
        if hasattr(layer, "support_avx512bf16_for_cpu"):
            layer.support_avx512bf16_for_cpu = False


def _quantized(layers: Any, layer: torch.nn.Linear, dtype: torch.dtype) -> Any:
    made = layers.Linear4bit(
        layer.in_features,
        layer.out_features,
        bias=layer.bias is not None,
        compute_dtype=dtype,
        quant_type="nf4",
        compress_statistics=True,
    )
    made.weight = layers.Params4bit(
        layer.weight.detach().cpu(), requires_grad=False, quant_type="nf4", compress_statistics=True, module=made
    )
    if layer.bias is not None:
        made.bias = torch.nn.Parameter(layer.bias.detach(), requires_grad=False)
    return made.to(layer.weight.device)
