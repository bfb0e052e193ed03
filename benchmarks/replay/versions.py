"""Benchmarks / replay: what stands in for a trained model. A version is the rows that it was trained on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np

from benchmarks.replay.rows import Row
from components.core.seeds import derive_seed
from components.data.splits import split_by_hash

HALF_KNOWN = 20  # training pictures of a colour or shape with which a version follows half of the prompts; assumed
ASKED = ("colour", "shape")  # what a prompt says and a picture shows
ANY = ""


@dataclass(frozen=True)
class Version:
    """A version in place of a LoRA adapter: it answers a prompt with a picture of its training rows."""

    number: int
    day: int  # on which its training began: its snapshot is the catalogue of that day
    snapshot: frozenset[int]  # numbers of all rows of the snapshot
    training: tuple[Row, ...]  # those of the split train

    @property
    def digest(self) -> str:
        return f"version-{self.number}"

    @property
    def spoilt(self) -> float:
        """The share of its training pictures that are spoilt."""
        return sum(row.spoilt is not None for row in self.training) / len(self.training)

    @cached_property
    def pools(self) -> Mapping[tuple[str, str], Sequence[int]]:
        """The numbers of training rows by colour and shape; ANY stands for every one."""
        found: dict[tuple[str, str], list[int]] = {}
        for row in self.training:
            for key in product((row.colour, ANY), (row.shape, ANY)):
                found.setdefault(key, []).append(row.number)
        return found


def trained_on(number: int, day: int, rows: Sequence[Row], shares: Mapping[str, int]) -> Version:
    """Return the version of a snapshot with these rows."""
    training = tuple(row for row in rows if split_of(row, shares) == "train")
    return Version(number, day, frozenset(row.number for row in rows), training)


def split_of(row: Row, shares: Mapping[str, int]) -> str:
    """Return the split of a row, which is permanent; a picture that is taken again stays in the product's split."""
    return split_by_hash(str(row.look), shares)


def generate(version: Version, prompts: Sequence[Row], seed: int) -> list[int]:
    """Return the training row whose picture answers each prompt. The same prompt and seed give paired answers.

    With m training pictures of the wanted colour, the version follows the colour with probability m / (m + 20), and
    the shape likewise; what it does not follow is any of its training pictures. So a rare colour is followed badly, a
    shape that it has never seen not at all, and defects of its training pictures appear as often as there.
    """
    return [_answer(version, prompt, seed) for prompt in prompts]


def _answer(version: Version, prompt: Row, seed: int) -> int:
    rng = np.random.default_rng(derive_seed(seed, "prompt", prompt.look))
    place, *chances = rng.random(3)
    seen = (len(version.pools.get((prompt.colour, ANY), ())), len(version.pools.get((ANY, prompt.shape), ())))
    wanted = (prompt.colour, prompt.shape)
    followed = [
        value if chance < m / (m + HALF_KNOWN) else ANY for value, m, chance in zip(wanted, seen, chances, strict=True)
    ]
    pool = version.pools.get((followed[0], followed[1])) or version.pools[ANY, followed[1]]
    return pool[int(place * len(pool))]
