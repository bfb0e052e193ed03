"""Demand: a foundation model, Chronos or TimesFM, from a folder or from the hub; skipped where it is missing."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from components.core.errors import BaseModelError
from components.recipes.demand.forecasters.rows import Array

BATCH = 64  # series that a model is given at a time
LONGEST_CONTEXT = 512  # periods of a history that it reads
TIMESFM_LEVELS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


class Foundation(Protocol):
    def forecast(self, histories: Sequence[Array], horizon: int, levels: Sequence[float]) -> tuple[Array, Array]:
        """Return means (n, horizon) and quantiles (n, horizon, levels)."""
        ...


def missing_foundation(source: str | None) -> str:
    """Return why a foundation model cannot run here, or an empty text. Looks for the package and the folder only."""
    if not source:
        return "train.foundation names no model"
    family = family_of(source)
    if find_spec(PACKAGES[family]) is None:
        return f"{source} needs the package {PACKAGE_NAMES[family]}, which is not installed"
    needed = next((n for n in FILES[family] if _is_path(source) and not (Path(source).expanduser() / n).is_file()), "")
    return f"{source} has no {needed}" if needed else ""


def family_of(source: str) -> str:
    """Return `timesfm` or `chronos`, by the name of the folder or of the model on the hub.

    >>> family_of("google/timesfm-2.5-200m-pytorch"), family_of("/models/chronos-bolt-tiny")
    ('timesfm', 'chronos')
    """
    return "timesfm" if "timesfm" in source.lower() else "chronos"


def load_foundation(source: str) -> Foundation:
    """Load a model.

    Raises:
        BaseModelError: its package or its weights are missing or damaged.
    """
    if why := missing_foundation(source):
        raise BaseModelError(f"The foundation model cannot run: {why}", act="install it, or set train.foundation: null")
    try:
        return LOADERS[family_of(source)](str(Path(source).expanduser()) if _is_path(source) else source)
    except Exception as error:  # damaged files raise errors of several libraries
        found = f"The foundation model {source} cannot be loaded ({error})"
        raise BaseModelError(found, act="name a folder with its files, or set train.foundation: null") from None


@dataclass(frozen=True)
class _Chronos:
    pipeline: Any

    def forecast(self, histories: Sequence[Array], horizon: int, levels: Sequence[float]) -> tuple[Array, Array]:
        import torch

        known = getattr(self.pipeline, "quantiles", levels)  # a level outside has the outer one, as with TimesFM
        asked = [min(max(level, min(known)), max(known)) for level in levels]
        parts = []
        for at in range(0, len(histories), BATCH):
            contexts = [torch.tensor(h[-LONGEST_CONTEXT:], dtype=torch.float32) for h in histories[at : at + BATCH]]
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # of long horizons, whose errors widen the offsets
                quantiles, means = self.pipeline.predict_quantiles(
                    contexts, prediction_length=horizon, quantile_levels=asked
                )
            parts.append((means.double().cpu().numpy(), quantiles.double().cpu().numpy()))
        return _joined(parts, horizon, len(levels))


@dataclass(frozen=True)
class _TimesFM:
    model: Any
    config: Callable[..., Any]

    def forecast(self, histories: Sequence[Array], horizon: int, levels: Sequence[float]) -> tuple[Array, Array]:
        self.model.compile(
            self.config(max_context=LONGEST_CONTEXT, max_horizon=horizon, per_core_batch_size=BATCH)
        )  # this only sets the sizes
        parts = []
        for at in range(0, len(histories), BATCH):
            contexts = [history[-LONGEST_CONTEXT:].astype(np.float32) for history in histories[at : at + BATCH]]
            means, deciles = self.model.forecast(horizon=horizon, inputs=contexts)
            known = np.asarray(deciles, dtype=np.float64)[:, :, 1:]  # the first column is the mean
            parts.append((np.asarray(means, dtype=np.float64), between_deciles(known, levels)))
        return _joined(parts, horizon, len(levels))


def between_deciles(deciles: Array, levels: Sequence[float]) -> Array:
    """Return (n, horizon, levels) from (n, horizon, 9) deciles; a level outside has the outer one.

    The conformal offsets of a version then move each quantile to where it holds.
    """
    places = np.interp(levels, TIMESFM_LEVELS, np.arange(len(TIMESFM_LEVELS)))
    below, share = np.floor(places).astype(int), places - np.floor(places)
    above = np.minimum(below + 1, len(TIMESFM_LEVELS) - 1)
    return np.asarray(deciles[:, :, below] * (1 - share) + deciles[:, :, above] * share)


def _joined(parts: Sequence[tuple[Array, Array]], horizon: int, levels: int) -> tuple[Array, Array]:
    if not parts:
        return np.empty((0, horizon)), np.empty((0, horizon, levels))
    return np.concatenate([means for means, _ in parts]), np.concatenate([quantiles for _, quantiles in parts])


def _load_chronos(source: str) -> Foundation:
    from chronos import BaseChronosPipeline

    return _Chronos(BaseChronosPipeline.from_pretrained(source, device_map="cpu"))


def _load_timesfm(source: str) -> Foundation:
    import timesfm

    model = timesfm.TimesFM_2p5_200M_torch.from_pretrained(source, torch_compile=False)  # that needs a C++ compiler
    return _TimesFM(model, timesfm.ForecastConfig)


def _is_path(source: str) -> bool:
    return source.startswith(("/", ".", "~")) or Path(source).exists()


FILES: Mapping[str, Sequence[str]] = {"chronos": ("config.json",), "timesfm": ("model.safetensors",)}
PACKAGES: Mapping[str, str] = {"chronos": "chronos", "timesfm": "timesfm"}
PACKAGE_NAMES: Mapping[str, str] = {"chronos": "chronos-forecasting", "timesfm": "timesfm"}
LOADERS: Mapping[str, Callable[[str], Foundation]] = {"chronos": _load_chronos, "timesfm": _load_timesfm}
