"""Product attributes: the constraints that generated rows meet: stated ones, hierarchies, pairs that never occur."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from components.recipes.product_attributes.rows.encoding import Codes, Encoding
from components.recipes.product_attributes.rows.settings import Constraint, DataSettings

Bools = NDArray[np.bool_]
Kind = Literal["stated", "hierarchy", "never seen"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One constraint on codes: where every column of `when` has an allowed code, each of `then` must have one too.

    `support` is how much speaks for a learnt rule: the rows that follow the path, or the rows that chance would give.
    """

    kind: Kind
    sentence: str
    when: Mapping[int, Bools]  # column -> which of its codes
    then: Mapping[int, Bools]
    support: float = 0.0

    def met(self, codes: Codes) -> Bools:
        """Return (rows,) whether each row meets the rule."""
        about = np.ones(len(codes), dtype=bool)
        for column, mask in self.when.items():
            about &= mask[codes[:, column]]
        fits = np.ones(len(codes), dtype=bool)
        for column, mask in self.then.items():
            fits &= mask[codes[:, column]]
        met: Bools = ~about | fits
        return met


@dataclass(frozen=True, slots=True)
class PairTable:
    """Which codes of two columns may occur together, for all learnt rules of the two at once."""

    first: int
    second: int
    allowed: Bools  # (codes of the first, codes of the second)


@dataclass(frozen=True, slots=True)
class Constraints:
    """All rules, and the masks (codes of a column) of columns that must have a value."""

    stated: tuple[Rule, ...]
    learnt: tuple[Rule, ...]  # never-seen pairs, the best supported first
    tables: tuple[PairTable, ...]  # hierarchies first, then never-seen pairs
    hierarchies: tuple[tuple[str, str, int], ...]  # parent column, child column, number of paths
    required: Mapping[int, Bools]

    def met(self, codes: Codes) -> Bools:
        """Return (rows,) whether each row meets every constraint. A code that is unknown meets none."""
        known: Bools = np.min(codes, axis=1) >= 0
        met: Bools = known.copy()
        rows = codes[known]
        fits: Bools = np.ones(len(rows), dtype=bool)
        for rule in self.stated:
            fits &= rule.met(rows)
        for table in self.tables:
            fits &= table.allowed[rows[:, table.first], rows[:, table.second]]
        for column, mask in self.required.items():
            fits &= mask[rows[:, column]]
        met[known] = fits
        return met

    def most_broken(self, codes: Codes, names: Sequence[str]) -> str:
        """Return the constraint that most of these rows break, in words; empty if they break none."""
        counts = {rule.sentence: int((~rule.met(codes)).sum()) for rule in (*self.stated, *self.learnt)}
        for table in self.tables[: len(self.hierarchies)]:
            broken = ~table.allowed[codes[:, table.first], codes[:, table.second]]
            counts[f"{names[table.second]} belongs to the {names[table.first]} of the training"] = int(broken.sum())
        for column, mask in self.required.items():
            counts[f"{names[column]} is required"] = int((~mask[codes[:, column]]).sum())
        worst = max(counts, key=lambda sentence: counts[sentence], default="")
        return worst if worst and counts[worst] else ""


def learn_constraints(encoding: Encoding, codes: Codes, data: DataSettings) -> Constraints:
    """Return the stated constraints on codes, and those that the training rows show."""
    paths = [
        (encoding.place(parent), encoding.place(child))
        for path in data.hierarchies
        for parent, child in pairwise(path)
        if {parent, child} <= set(encoding.names)
    ]
    tables = [PairTable(a, b, _counts(encoding, codes, a, b) > 0) for a, b in paths]
    never = _never_seen(encoding, codes, set(data.categories), data.never_seen, set(paths))
    shown = tuple((encoding.names[t.first], encoding.names[t.second], int(t.allowed.sum())) for t in tables)
    return Constraints(
        stated=tuple(stated_rule(encoding, constraint) for constraint in data.constraints),
        learnt=tuple(never),
        tables=(*tables, *_tables_of(encoding, never)),
        hierarchies=shown,
        required={encoding.place(n): _has_value(encoding, n) for n in data.required if n in encoding.names},
    )


def stated_rule(encoding: Encoding, constraint: Constraint) -> Rule:
    """Return a stated constraint on codes. Values that the training lacks, and missing ones, count as other values."""

    def codes_of(name: str, values: Sequence[str]) -> Bools:
        column = encoding.columns[encoding.place(name)]
        mask = np.zeros(column.size, dtype=bool)
        mask[[code for code in map(column.code_of, values) if code >= 0]] = True
        return mask

    then = {encoding.place(n): ~codes_of(n, values) for n, values in constraint.never.items() if n in encoding.names}
    for name, values in constraint.only.items():
        if name in encoding.names:
            place = encoding.place(name)
            allowed = codes_of(name, values)
            then[place] = then[place] & allowed if place in then else allowed
    when = {encoding.place(n): codes_of(n, values) for n, values in constraint.when.items() if n in encoding.names}
    if any(name not in encoding.names for name in constraint.when):  # a column without values: no row is meant
        then = {}
    return Rule("stated", constraint.sentence(), when, then)


def _never_seen(
    encoding: Encoding, codes: Codes, categories: set[str], least: float, paths: set[tuple[int, int]]
) -> list[Rule]:
    """Return a rule for each pair of values that never occurs, though chance would give at least so many rows."""
    found = []
    places = [k for k, column in enumerate(encoding.columns) if column.name in categories]
    for a, b in combinations(places, 2):
        if (a, b) in paths or (b, a) in paths:
            continue
        counts = _counts(encoding, codes, a, b)
        expected = np.outer(counts.sum(1), counts.sum(0)) / max(1, len(codes))
        first, second = encoding.columns[a], encoding.columns[b]
        odd = (counts == 0) & (expected >= least)
        odd[first.known :], odd[:, second.known :] = False, False
        for i, j in np.argwhere(odd).tolist():
            found.append(_pair_rule(encoding, (a, i), (b, j), float(expected[i, j])))
    return sorted(found, key=lambda rule: (-rule.support, rule.sentence))


def _pair_rule(encoding: Encoding, first: tuple[int, int], second: tuple[int, int], expected: float) -> Rule:
    (a, i), (b, j) = first, second
    one, other = encoding.columns[a], encoding.columns[b]
    when, then = np.arange(one.size) == i, np.arange(other.size) != j
    sentence = f"{one.name}={one.title_of(i)} and {other.name}={other.title_of(j)} never occur together in the training"
    return Rule("never seen", sentence, {a: when}, {b: then}, expected)


def _tables_of(encoding: Encoding, rules: Sequence[Rule]) -> list[PairTable]:
    tables: dict[tuple[int, int], Bools] = {}
    for rule in rules:
        (a, when), (b, then) = next(iter(rule.when.items())), next(iter(rule.then.items()))
        shape = (encoding.columns[a].size, encoding.columns[b].size)
        tables.setdefault((a, b), np.ones(shape, dtype=bool))[np.outer(when, ~then)] = False
    return [PairTable(a, b, allowed) for (a, b), allowed in tables.items()]


def _has_value(encoding: Encoding, name: str) -> Bools:
    column = encoding.columns[encoding.place(name)]
    mask: Bools = np.arange(column.size) < column.known
    return mask


def _counts(encoding: Encoding, codes: Codes, a: int, b: int) -> NDArray[np.int64]:
    shape = (encoding.columns[a].size, encoding.columns[b].size)
    joint = np.bincount(codes[:, a] * shape[1] + codes[:, b], minlength=shape[0] * shape[1])
    counts: NDArray[np.int64] = joint.reshape(shape)
    return counts


def as_json(constraints: Constraints) -> dict[str, Any]:
    """Return what a version keeps of its constraints. Masks are lists of the codes that they allow."""

    def masks(found: Mapping[int, Bools]) -> dict[str, Any]:
        return {str(column): [len(mask), np.flatnonzero(mask).tolist()] for column, mask in found.items()}

    def rules(found: Sequence[Rule]) -> list[dict[str, Any]]:
        return [
            {"kind": r.kind, "sentence": r.sentence, "when": masks(r.when), "then": masks(r.then), "support": r.support}
            for r in found
        ]

    paths = constraints.tables[: len(constraints.hierarchies)]
    return {
        "stated": rules(constraints.stated),
        "learnt": [[*_pair_of(rule), rule.support] for rule in constraints.learnt],
        "hierarchies": [list(path) for path in constraints.hierarchies],
        "paths": [[t.first, t.second, np.argwhere(t.allowed).tolist()] for t in paths],
        "required": masks(constraints.required),
    }


def _pair_of(rule: Rule) -> list[int]:
    (a, when), (b, then) = next(iter(rule.when.items())), next(iter(rule.then.items()))
    return [a, int(np.flatnonzero(when)[0]), b, int(np.flatnonzero(~then)[0])]


def from_json(content: Mapping[str, Any], encoding: Encoding) -> Constraints:
    """Return the constraints that `as_json` wrote."""

    def masks(found: Mapping[str, Any]) -> dict[int, Bools]:
        return {int(column): np.isin(np.arange(size), codes) for column, (size, codes) in found.items()}

    stated = [
        Rule(r["kind"], r["sentence"], masks(r["when"]), masks(r["then"]), r["support"]) for r in content["stated"]
    ]
    learnt = [_pair_rule(encoding, (a, i), (b, j), expected) for a, i, b, j, expected in content["learnt"]]
    paths = []
    for a, b, pairs in content["paths"]:
        allowed = np.zeros((encoding.columns[a].size, encoding.columns[b].size), dtype=bool)
        allowed[tuple(np.array(pairs).T)] = True
        paths.append(PairTable(a, b, allowed))
    hierarchies = tuple((parent, child, int(count)) for parent, child, count in content["hierarchies"])
    tables = (*paths, *_tables_of(encoding, learnt))
    return Constraints(tuple(stated), tuple(learnt), tables, hierarchies, masks(content["required"]))
