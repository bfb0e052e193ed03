"""Product attributes: generates rows that meet the conditions and every constraint, by bounded rejection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.core.errors import UsageError
from components.recipes.product_attributes.candidates.model import Bools, Given
from components.recipes.product_attributes.generate.where import Conditions
from components.recipes.product_attributes.model_files import Version
from components.recipes.product_attributes.rows.constraints import Constraints
from components.recipes.product_attributes.rows.encoding import Codes, Encoding
from components.recipes.product_attributes.rows.row import Value
from components.recipes.product_attributes.rows.uniforms import uniforms

MOST_TRIES = 1000  # of each row
BATCH = 2048  # proposals at a time, which bounds the memory
DECODING = 1 << 32  # the stream of the numbers that choose values within bins: no try has it


class ConstraintError(UsageError):
    """No row that meets the condition and the constraints was found."""


@dataclass(frozen=True, slots=True)
class Generated:
    """Codes (rows, columns) that meet everything, and (rows,) whether the first proposal of each did."""

    codes: Codes
    at_once: Bools


def generate_codes(version: Version, conditions: Conditions, seeds: Sequence[int]) -> Generated:
    """Return one row for each seed: the first of its proposals that meets the conditions and all constraints.

    A row depends on the conditions and on its seed alone.

    Raises:
        ConstraintError: a row has none among 1,000 proposals; it names the constraint that most of them break.
    """
    given = _with_required(conditions.given, version.constraints)
    _check_possible(given, conditions, version)
    words = np.array(seeds, dtype=np.uint64)
    codes = np.zeros((len(words), len(version.encoding.columns)), dtype=np.int64)
    at_once = np.zeros(len(words), dtype=bool)
    open_, first, broken = np.arange(len(words)), 0, np.empty((0, codes.shape[1]), dtype=np.int64)
    while len(open_) and first < MOST_TRIES:
        tries = min(max(1, BATCH // len(open_)) if first else 1, MOST_TRIES - first)
        still: list[NDArray[np.int64]] = []
        for part in np.array_split(open_, -(-len(open_) * tries // BATCH)):
            proposed, met, failed = _proposals(version, given, words[part], range(first, first + tries))
            chosen, good = met.argmax(1), met.any(1)
            codes[part[good]] = proposed[np.flatnonzero(good), chosen[good]]
            at_once[part[good]] |= (chosen[good] == 0) & (first == 0)
            broken = np.concatenate([broken, failed])[-BATCH:]
            still.append(part[~good])
        open_, first = np.concatenate(still), first + tries
    if len(open_):
        raise _unmet(conditions, version, broken)
    return Generated(codes, at_once)


def _proposals(version: Version, given: Given, seeds: NDArray[np.uint64], tries: range) -> tuple[Codes, Bools, Codes]:
    """Return codes (rows, tries, columns), which of them count (rows, tries), and those that break a constraint."""
    width = version.model.uniforms
    numbers = np.stack([uniforms(seeds, number, width) for number in tries], axis=1)
    codes, counts = version.model.propose(given, numbers.reshape(-1, width))
    met = version.constraints.met(codes)
    shape = (len(seeds), len(tries))
    return codes.reshape(*shape, -1), (counts & met).reshape(shape), codes[counts & ~met]


def _with_required(given: Given, constraints: Constraints) -> Given:
    """Return the given codes, and those of required columns: that they have a value is a condition too."""
    required = {k: given[k] & mask if k in given else mask for k, mask in constraints.required.items()}
    return {**given, **required}


def _check_possible(given: Given, conditions: Conditions, version: Version) -> None:
    """Raise ConstraintError if the condition by itself breaks a constraint, without trying."""
    names, constraints = version.encoding.names, version.constraints
    for column, mask in given.items():
        if not mask.any():
            raise _contradiction(conditions, f"a value of {names[column]} that meets all that is given")
    for rule in constraints.stated:
        about = all(k in given and not (given[k] & ~mask).any() for k, mask in rule.when.items())
        if about and any(k in given and not (given[k] & mask).any() for k, mask in rule.then.items()):
            raise _contradiction(conditions, f"what the constraint says: {rule.sentence}")
    for table in constraints.tables:
        first, second = given.get(table.first), given.get(table.second)
        if first is None or second is None or table.allowed[np.ix_(first, second)].any():
            continue
        pair = f"{names[table.first]} and {names[table.second]} as some row of the training has them together"
        raise _contradiction(conditions, pair)


def _contradiction(conditions: Conditions, expected: str) -> ConstraintError:
    return ConstraintError(
        f"No row can have {conditions.sentence or 'these required columns'}",
        expected=expected,
        act="change the condition",
    )


def _unmet(conditions: Conditions, version: Version, broken: Codes) -> ConstraintError:
    about = f" with {conditions.sentence}" if conditions.sentence else ""
    found = f"No row{about} was found in {MOST_TRIES:,} tries"
    sentence = version.constraints.most_broken(broken, version.encoding.names) if len(broken) else ""
    if sentence:
        act = "change the condition" if about else "change the constraint in the YAML"
        return ConstraintError(found, expected=f"one that meets the constraint: {sentence}", act=act)
    return ConstraintError(found, expected="a condition that the model can meet", act="give fewer columns")


def decode_rows(
    encoding: Encoding, codes: Codes, seeds: Sequence[int], numbers: Mapping[int, tuple[float, ...]] | None = None
) -> list[dict[str, Value]]:
    """Return the rows of codes. Given numbers are returned as they were given."""
    found = uniforms(seeds, DECODING, len(encoding.columns))
    rows = encoding.decode(codes, found)
    for column, given in (numbers or {}).items():
        kind = encoding.columns[column]
        bins = [kind.code_of(value) for value in given]
        for place, row in enumerate(rows):
            fits = [value for value, code in zip(given, bins, strict=True) if code == codes[place, column]]
            value = fits[int(found[place, column] * len(fits))]
            row[kind.name] = int(value) if value == int(value) and not kind.decimals else value
    return rows
