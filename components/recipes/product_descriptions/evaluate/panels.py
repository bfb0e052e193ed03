"""Product descriptions: the panels of the report: texts side by side, the checker's errors, nearest training texts."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from components.evaluation.report import Panel
from components.metrics.intervals import wilson_interval
from components.metrics.words import words_of
from components.recipes.product_descriptions.evaluate.render import render
from components.recipes.product_descriptions.evaluate.setup import EvaluationSetup, TextSubject
from components.recipes.product_descriptions.evaluate.targets import MEANINGS
from components.recipes.product_descriptions.prompts import fields_of
from components.recipes.product_descriptions.score.checker import FEWEST_CAUGHT, MOST_FALSE
from components.recipes.product_descriptions.score.faithfulness import GOOD, Finding
from components.recipes.product_descriptions.scores import SCORES

NEAREST = 5
REAL_TITLE = "real"


def texts_panel(setup: EvaluationSetup, subjects: Sequence[TextSubject]) -> Panel:
    """Return the texts of a few products, of each subject and the real one, side by side."""
    products = [_product(setup, subjects, place) for place in setup.plan.shown]
    return Panel("texts", "Texts", render("texts", products=products), "top", {"products": products})


def _product(setup: EvaluationSetup, subjects: Sequence[TextSubject], place: int) -> dict[str, Any]:
    example = setup.plan.examples[place]
    given, named = example["attributes"], fields_of(setup.config.data.prompt)
    texts = {subject.title: subject.outputs.texts[place] for subject in subjects} | {REAL_TITLE: example["text"]}
    found = setup.real.standard.checker.find([given] * len(texts), list(texts.values()))
    known = setup.real.standard.known
    rows = [
        {
            "title": title,
            "text": text,
            "words": len(words_of(text)),
            "remarks": _remarks(finding, known.unknown(text, given)),
        }
        for (title, text), finding in zip(texts.items(), found, strict=True)
    ]
    title = given.get("productDisplayName") or " ".join(given.get(name, "") for name in named)
    return {"title": title, "attributes": {name: given[name] for name in named if name in given}, "rows": rows}


def _remarks(finding: Finding, unknown: Sequence[str]) -> str:
    left_out = [name for name, outcome in finding.outcomes.items() if outcome == "absent"]
    parts = [
        f"leaves out {', '.join(left_out)}" if left_out else "",
        *(f"contradicts {name}: {said}" for name, said in finding.said.items()),
        *(f"invents {name}: {said}" for name, said in finding.invented.items()),
        f"in no training text: {', '.join(unknown)}" if unknown else "",
    ]
    return "; ".join(filter(None, parts))


def checker_panel(setup: EvaluationSetup, subjects: Sequence[TextSubject]) -> Panel:
    """Return the errors of the checker on real texts, and what it finds in generated ones, by attribute."""
    findings = [
        setup.real.standard.checker.find(setup.plan.attributes[: len(s.outputs.texts)], s.outputs.texts)
        for s in subjects
    ]
    rows = [_attribute(setup, name, findings) for name in setup.real.errors]
    titles = [subject.title for subject in subjects]
    html = render("checker", rows=rows, titles=titles, most_false=MOST_FALSE, fewest_caught=FEWEST_CAUGHT)
    unjudged = [row["name"] for row in rows if not row["judged"]]
    limits = [
        *([f"Faithfulness does not judge {', '.join(unjudged)}: the checker errs too often."] if unjudged else []),
        *MEANINGS,
    ]
    return Panel("checker", "The checker of attributes", html, "evidence", {"titles": titles, "rows": rows}, limits)


def _attribute(setup: EvaluationSetup, name: str, findings: Sequence[Sequence[Finding]]) -> dict[str, Any]:
    errors, classifier = setup.real.errors[name], setup.real.standard.checker.classifiers.get(name)
    shares = {key: getattr(errors, key) for key in ("stated", "contradicted", "caught")}
    return {
        "name": name,
        "judged": name in setup.real.judged,
        "n": errors.n,
        **{key: _with_interval(share, errors.n) for key, share in shares.items()},
        "classifier": {"accuracy": classifier.accuracy, "commonest": classifier.commonest} if classifier else None,
        "subjects": [_of_subject(found, name) for found in findings],
    }


def _of_subject(found: Sequence[Finding], name: str) -> dict[str, float] | None:
    outcomes = [finding.outcomes[name] for finding in found if name in finding.outcomes]
    if not outcomes:
        return None
    stated = sum(outcome in GOOD for outcome in outcomes) / len(outcomes)
    return {"stated": stated, "contradicted": outcomes.count("contradicted") / len(outcomes)}


def _with_interval(share: float, n: int) -> dict[str, float] | None:
    if n < 2 or not math.isfinite(share):
        return None
    low, high = SCORES["stated"].within_range(*wilson_interval(share, n, n - 1))
    return {"value": share, "low": low, "high": high}


def nearest_panel(setup: EvaluationSetup, leader: TextSubject) -> Panel:
    """Return the leader's texts that are nearest to a training text, with that text."""
    standard, training = setup.real.standard, setup.snapshot.splits["train"]
    near = standard.training.nearest(leader.outputs.texts, standard.held_out)
    order = torch.argsort(near.share.nan_to_num(-1), descending=True)[:NEAREST].tolist()
    rows: list[Mapping[str, Any]] = [
        {
            "text": leader.outputs.texts[at],
            "nearest": training[int(near.place[at])]["text"],
            "share": float(near.share[at]),
            "memorised": bool(near.values[at] == 1),
        }
        for at in order
        if int(near.place[at]) >= 0
    ]
    data = {"title": leader.title, "limit": near.limit, "rows": rows}
    return Panel("nearest", "Nearest training texts", render("nearest", **data), "evidence", data)
