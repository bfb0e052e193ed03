"""Training: the comparison of a saved adapter with the one in memory and with the base model alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from torch import Tensor

from components.core.errors import CheckpointError
from components.training.lora_weights import NAME

LOADED = "loaded"  # name of the adapter that is loaded from disk
SMALLEST_EFFECT = 1e-6  # share of the norm of the base's output; an adapter without effect has exactly 0
LARGEST_ERROR = 1e-3  # share of the norm of the adapter's effect; a lost alpha gives 0.5 or more
UNREADABLE = (ValueError, KeyError, OSError, RuntimeError, SafetensorError)


def measure_effect(
    model: Any,
    folder: Path,
    output: Callable[[], Tensor],
    load: Callable[[], None],
    remove: Callable[[str], None],
) -> float:
    """Compare the adapter of a folder, loaded under the name LOADED beside the one in memory, with the latter.

    Args:
        model: with an adapter in memory.
        folder: of the saved adapter.
        output: what the model computes from fixed inputs.
        load: loads the folder's adapter as stock clients do.
        remove: removes the adapter of a name.

    Returns:
        The norm of the change of the output, as a share of the norm of the base's output.

    Raises:
        CheckpointError: the effect is 0 or NaN, or the loaded adapter differs from the one in memory.
    """
    training = model.training
    model.eval()
    memory = output()
    model.disable_adapters()
    base = output()
    model.enable_adapters()
    try:
        load()
        model.set_adapter(LOADED)
        loaded = output()
    except UNREADABLE as error:
        raise CheckpointError(f"The adapter of {folder} does not load ({error})", act="train again") from None
    finally:
        model.set_adapter(NAME)
        if LOADED in model.peft_config:
            remove(LOADED)
    model.train(training)
    return _compare(base, memory, loaded, folder)


def _compare(base: Tensor, memory: Tensor, loaded: Tensor, folder: Path) -> float:
    change = float((memory - base).norm())
    effect = change / float(base.norm())
    if not effect > SMALLEST_EFFECT:
        raise CheckpointError(
            f"The adapter of {folder} has no effect: it changes the base model's output by {effect:.1e} of its norm",
            expected=f"more than {SMALLEST_EFFECT:.0e}",
            act="check train.learning_rate and train.lora.targets",
        )
    error = float((loaded - memory).norm()) / change
    if not error <= LARGEST_ERROR:
        raise CheckpointError(
            f"The adapter of {folder} loads with an error of {error:.1e} of its effect",
            expected=f"at most {LARGEST_ERROR:.0e}",
            act="train again, since what was saved is not what was trained",
        )
    return effect
