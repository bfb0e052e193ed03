"""Training: keys and values of a text, computed once for all steps of a picture: the text does not change with them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from diffusers import UNet2DConditionModel
from torch import Tensor, nn
from torch.utils.weak import WeakTensorKeyDictionary

TEXT_ATTENTION = "attn2"  # diffusers' name of the attention to the text in each transformer block


@contextmanager
def remembered_texts(unet: UNet2DConditionModel) -> Iterator[None]:
    """Let the UNet keep the keys and values of each tensor of texts as long as that tensor lives, inside the block.

    Outputs are the same bits. The weights must not change inside the block. Threads may share the UNet.
    """
    blocks = [module for name, module in unet.named_modules() if name.endswith(TEXT_ATTENTION)]
    layers: list[nn.Module] = [layer for block in blocks for layer in (block.to_k, block.to_v)]
    try:
        for layer in layers:
            layer.forward = _remembering(layer.forward)
        yield
    finally:
        for layer in layers:
            layer.__dict__.pop("forward", None)  # the class's own is behind it


def _remembering(forward: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    known = WeakTensorKeyDictionary()

    def call(texts: Tensor) -> Tensor:
        found: Tensor | None = known.get(texts)  # type: ignore[no-untyped-call]  # torch gives it no types
        if found is None:
            found = known[texts] = forward(texts)
        return found

    return call
