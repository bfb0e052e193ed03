"""Core: a long request as shorter ones that together give the same outputs, as each output has a seed of its own."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from pydantic import BaseModel

COUNT, SEED = "count", "seed"  # fields of requests: how many outputs, and the seed of the first


def parts_of(fields: Mapping[str, Any], most: int) -> list[dict[str, Any]]:
    """Return requests of at most `most` outputs each. One without a count, or with a wrong one, stays as it is.

    >>> parts_of({"prompt": "red", "count": 3, "seed": 7}, 2)
    [{'prompt': 'red', 'count': 2, 'seed': 7}, {'prompt': 'red', 'count': 1, 'seed': 9}]
    >>> parts_of({"grams": 61}, 2)
    [{'grams': 61}]
    """
    count, seed = fields.get(COUNT), fields.get(SEED, 0)
    if type(count) is not int or type(seed) is not int or count <= most:
        return [dict(fields)]
    return [
        {**fields, COUNT: min(most, count - start), SEED: seed + start}  # of the whole request, from `start` on
        for start in range(0, count, most)
    ]


def joined(responses: Sequence[BaseModel], counts: Sequence[int]) -> BaseModel:
    """Return the responses to the parts of a request as one: lists with an item for each output become one list."""
    first = responses[0]
    if len(responses) == 1:
        return first
    return first.model_copy(update={name: _joined(name, responses, counts) for name in type(first).model_fields})


def _joined(name: str, responses: Sequence[BaseModel], counts: Sequence[int]) -> Any:
    values = [getattr(response, name) for response in responses]
    if all(isinstance(v, list | tuple) and len(v) == n for v, n in zip(values, counts, strict=True)):
        return tuple(chain.from_iterable(values))
    return values[0]
