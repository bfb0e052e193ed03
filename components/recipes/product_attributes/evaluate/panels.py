"""Product attributes: the panels of the report: rows, columns, where rows are worst, constraints."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from components.evaluation.report import Panel
from components.evaluation.report.formatting import MINUS
from components.evaluation.subjects import Subject
from components.recipes.product_attributes.evaluate import findings
from components.recipes.product_attributes.evaluate.measure import Outputs
from components.recipes.product_attributes.evaluate.render import render
from components.recipes.product_attributes.evaluate.setup import EvaluationSetup

SHOWN_ROWS, SHOWN_RULES = 10, 30


def rows_panel(setup: EvaluationSetup, subjects: Sequence[Subject[Outputs]], leader: Subject[Outputs]) -> Panel:
    """Return ten generated rows of each candidate, the leader first, and ten held-out real ones."""
    names = setup.reference.encoding.names
    ordered = [leader, *(subject for subject in subjects if subject is not leader)]
    tables = {subject.title: _cells(subject.outputs.table.rows[:SHOWN_ROWS], names) for subject in ordered}
    held_out = setup.reference.held_out.rows
    apart = max(1, len(held_out) // SHOWN_ROWS)  # rows are in the order of their keys: neighbours are much alike
    real = _cells(held_out[::apart][:SHOWN_ROWS], names)
    html = render("rows", names=names, tables=tables, real=real, leader=leader.title)
    return Panel("rows", "Generated rows", html, "top", {"columns": list(names), "generated": tables, "real": real})


def columns_panel(setup: EvaluationSetup, subjects: Sequence[Subject[Outputs]], floor: Outputs) -> Panel:
    """Return the distance of each column, of each candidate and of real rows."""
    kinds = {
        c.name: "Kolmogorov-Smirnov" if c.is_number else "total variation" for c in setup.reference.encoding.columns
    }
    found = {subject.title: dict(subject.outputs.columns) for subject in subjects}
    html = render("columns", kinds=kinds, found=found, floor=floor.columns, n=setup.reference.count)
    return Panel("columns", "Columns", html, "evidence", {"candidates": found, "floor": dict(floor.columns)})


def worst_panel(setup: EvaluationSetup, leader: Subject[Outputs], floor: Outputs) -> Panel:
    """Return where the leader's rows are worst: pairs of columns, values, and the rows that are told apart best."""
    reference, outputs = setup.reference, leader.outputs
    pairs = findings.worst_pairs(outputs, floor)
    values = [{**asdict(g), "apart": g.apart} for g in findings.worst_values(reference, outputs.table)]
    together: list[dict[str, Any]] = []
    if pairs:
        pair = (pairs[0]["first"], pairs[0]["second"])
        together = [
            {**asdict(g), "apart": g.apart} for g in findings.worst_combinations(reference, outputs.table, pair)
        ]
    names = reference.encoding.names
    told = [
        {"cells": _cells([one["row"]], names)[0], "probability": one["probability"]}
        for one in findings.most_suspicious(outputs)
    ]
    data = {"subject": leader.title, "pairs": pairs, "values": values, "combinations": together}
    html = render("worst", title=leader.title, names=names, told=told, minus=MINUS, **data)
    return Panel("worst", "Where rows are worst", html, "evidence", {**data, "told_apart": told})


def constraints_panel(setup: EvaluationSetup, subjects: Sequence[Subject[Outputs]]) -> Panel:
    """Return the constraints with their support, and how many first proposals met them."""
    found, columns = setup.reference.constraints, setup.reference.encoding.columns
    learnt = [{"sentence": rule.sentence, "expected": rule.support} for rule in found.learnt[:SHOWN_RULES]]
    ranges = [
        f"{column.name} from {column.bins[0][0][0]:g} to {column.bins[-1][-1][0]:g}"
        for column in columns
        if column.bins
    ]
    data = {
        "stated": [rule.sentence for rule in found.stated],
        "required": [columns[k].name for k in found.required],
        "ranges": ranges,
        "hierarchies": [list(path) for path in found.hierarchies],
        "never_seen": learnt,
        "never_seen_count": len(found.learnt),
        "rows": len(setup.reference.training.rows),
    }
    scores = {s.title: {name: s.card.scores[name] for name in ("accepted", "validity")} for s in subjects}
    as_dicts = {title: {name: asdict(score) for name, score in row.items()} for title, row in scores.items()}
    html = render("constraints", scores=as_dicts, floor=setup.floors["validity"], **data)
    return Panel("constraints", "Constraints", html, "evidence", data)


def privacy_panel(setup: EvaluationSetup, subjects: Sequence[Subject[Outputs]], leader: Subject[Outputs]) -> Panel:
    """Return how near generated rows are to the training, beside held-out real rows."""
    names = ("copies", "excess_copies", "closest_record", "closer_to_training")
    found = {s.title: {name: asdict(s.card.scores[name]) for name in names} for s in subjects}
    floors = {name: setup.floors[name] for name in names}
    html = render("privacy", found=found, names=names, floors=floors, leader=found[leader.title])
    return Panel("privacy", "Privacy", html, "evidence", {"candidates": found, "floors": floors})


def _cells(rows: Sequence[Any], names: Sequence[str]) -> list[list[str]]:
    return [["" if row.get(name) is None else f"{row[name]}" for name in names] for row in rows]
