"""Demand: how a candidate chooses a method for each row: always one, by a table of classes, or by the router."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np

from components.recipes.demand.forecasters.methods import ENSEMBLES, ZERO
from components.recipes.demand.forecasters.rows import Array, Rows
from components.recipes.demand.router.class_rule import choose_by_class
from components.recipes.demand.router.router import Features, Router

Kind = Literal["single", "rule", "router", "bandit"]


@dataclass(frozen=True)
class Policy:
    """`method` is the one of a single, and the one that others fall back to. `methods` are those to choose from.

    `choices` has the method of each class, for the bandit.
    """

    candidate: str
    kind: Kind
    method: str
    methods: tuple[str, ...]
    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def needed(self) -> tuple[str, ...]:
        """The methods that must be able to run: those that an ensemble combines, too."""
        if self.kind == "single":
            return self.methods if self.method in ENSEMBLES else () if self.method == ZERO else (self.method,)
        return tuple(dict.fromkeys([*self.choices.values(), self.method])) if self.kind == "bandit" else self.methods

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "methods": list(self.methods)}


def policy_of(fields: Mapping[str, Any]) -> Policy:
    names = ("candidate", "kind", "method", "choices")
    return Policy(methods=tuple(fields["methods"]), **{name: fields[name] for name in names})


def choose(policy: Policy, router: Router | None, rows: Rows, features: Features) -> list[str]:
    """Return the name of the method for each row."""
    return _CHOOSE[policy.kind](policy, router, rows, features)


def _single(policy: Policy, router: Router | None, rows: Rows, features: Features) -> list[str]:
    return [policy.method] * len(rows)


def _rule(policy: Policy, router: Router | None, rows: Rows, features: Features) -> list[str]:
    return choose_by_class(rows, policy.methods, policy.method)


def _routed(policy: Policy, router: Router | None, rows: Rows, features: Features) -> list[str]:
    if router is None:
        raise ValueError("a router's policy needs its booster")
    return router.choose(features)


def _by_belief(policy: Policy, router: Router | None, rows: Rows, features: Features) -> list[str]:
    return [policy.choices.get(kind, policy.method) for kind in rows.classes]


_CHOOSE: Mapping[str, Callable[[Policy, Router | None, Rows, Features], list[str]]] = {
    "single": _single,
    "rule": _rule,
    "router": _routed,
    "bandit": _by_belief,
}


def picked(found: Mapping[str, Array], chosen: Sequence[str]) -> Array:
    """Return the arrays (n, ...) of the chosen method in each row."""
    names = list(found)
    places = np.array([names.index(name) for name in chosen], dtype=np.int64)
    any_of = next(iter(found.values()))
    result = np.empty_like(any_of)
    for place, name in enumerate(names):
        result[places == place] = found[name][places == place]
    return result
