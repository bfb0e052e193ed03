"""Product attributes: random numbers of a row that depend on its seed alone, whatever rows are generated beside it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
_STEP = np.uint64(0x9E3779B97F4A7C15)


def uniforms(seeds: Sequence[int] | Words, stream: int, width: int) -> NDArray[np.float64]:
    """Return (seeds, width) uniform numbers in [0, 1): a function of seed, stream and column.

    Source: SplitMix64 (Steele, Lea and Flood, Fast splittable pseudorandom number generators, 2014), whose k-th number
    is a hash of seed + k steps. Seed and stream are hashed first, so that neighbouring seeds share no numbers.
    """
    words = np.asarray(seeds, dtype=np.uint64)
    begin = _mixed(_mixed(words + _STEP) ^ _mixed(np.full(1, stream + 1, dtype=np.uint64) * _STEP))
    steps = np.arange(1, width + 1, dtype=np.uint64) * _STEP
    words = _mixed(begin[:, None] + steps[None, :]) >> np.uint64(11)
    found: NDArray[np.float64] = words.astype(np.float64) * 2.0**-53
    return found


def _mixed(words: Words) -> Words:
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Words = words ^ (words >> np.uint64(31))
    return mixed
