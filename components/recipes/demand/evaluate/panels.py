"""Demand: the panels of the report: regret, methods, classes, forecasts, orders, the bandit."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from components.core.records import Comparison, Score
from components.core.seeds import derive_seed
from components.evaluation.report import Panel
from components.evaluation.subjects import Subject
from components.recipes.demand.evaluate import findings, plots
from components.recipes.demand.evaluate.answers import Shared
from components.recipes.demand.evaluate.order_policy import PLAIN_RULE
from components.recipes.demand.evaluate.render import render
from components.recipes.demand.evaluate.routing import Hindsight, routing_sentence
from components.recipes.demand.evaluate.setup import EvaluationSetup, Scored
from components.recipes.demand.forecasters.rows import Array
from components.recipes.demand.predict.version import Version
from components.recipes.demand.router.bandit import replay
from components.recipes.demand.router.by_origin import router_regrets
from components.recipes.demand.train_settings import BANDIT

SHOWN_FORECASTS = 20
Subjects = Sequence[Subject[Scored]]


def regret_panel(
    subjects: Subjects, table: findings.Table, comparisons: Sequence[Comparison], hindsight: Hindsight | None
) -> Panel:
    """Return how far each candidate and each method is from the oracle, and whether routing pays."""
    candidates = {s.title: s.card.scores["regret"] for s in subjects}
    methods = {
        name: scores["regret"] for name, scores in table.items() if "regret" in scores and name not in candidates
    }
    sentence = routing_sentence(subjects, comparisons, hindsight)
    oracle = table[findings.ORACLE]["service_loss"]
    picture = plots.regret_plot(candidates, methods)
    html = render("regret", sentence=sentence, picture=picture, candidates=candidates, oracle=oracle)
    against = {"method": hindsight.method, **asdict(hindsight.comparison)} if hindsight else None
    data = {
        "sentence": sentence,
        "hindsight": against,
        "oracle": asdict(oracle),
        "regret": _dicts({**methods, **candidates}),
    }
    return Panel("regret", "Does routing pay?", html, "top", data)


def methods_panel(setup: EvaluationSetup, table: findings.Table, shared: Shared, versions: Sequence[Version]) -> Panel:
    """Return the scores of every method by itself, with its failures, and which methods were skipped and why."""
    skipped = dict(versions[0].about["skipped"])
    mape = findings.mape_sentence(setup, next(iter(shared.means.values())))
    html = render(
        "methods",
        table={name: _dicts(scores) for name, scores in table.items()},
        names=findings.OF_METHODS,
        failed=shared.failed,
        limited=shared.limited,
        skipped=skipped,
        mape=mape,
        rows=len(setup.rows),
        oracle=findings.ORACLE,
    )
    data = {"methods": {n: _dicts(s) for n, s in table.items()}, "failed": dict(shared.failed), "skipped": skipped}
    limits = [f"{name} was left out: {why}" for name, why in skipped.items()]
    limits += [
        f"{n} forecast {count} of {len(setup.rows)} rows by ETS, to bound its time."
        for n, count in shared.limited.items()
    ]
    return Panel("methods", "Methods", html, "evidence", {**data, "mape": mape}, limits)


def classes_panel(setup: EvaluationSetup, subjects: Subjects, shared: Shared) -> Panel:
    rows = findings.class_rows(setup, subjects, shared)
    html = render("demand_classes", rows=rows, titles=[s.title for s in subjects])
    few = [row.name for row in rows if row.n < 16]
    limits = [f"Too few products to judge by: {', '.join(few)} (fewer than 16 each)."] if few else []
    return Panel("demand-classes", "Demand classes", html, "evidence", {"rows": [asdict(row) for row in rows]}, limits)


def forecasts_panel(setup: EvaluationSetup, leader: Subject[Scored]) -> Panel:
    """Return twenty forecasts of the leading candidate, spread over the classes, with what came."""
    shown = [_shown(setup, leader, row) for row in _spread(setup)]
    html = render("forecasts", picture=plots.forecasts_plot(shown), title=leader.title, shown=shown)
    return Panel("forecasts", "Forecasts", html, "evidence", {"ids": [one["id"] for one in shown]})


def _spread(setup: EvaluationSetup) -> list[int]:
    """Return rows of the last fold, taken from the classes in turn."""
    rows = setup.rows
    numbers = np.random.default_rng(derive_seed(setup.config.seed, "forecasts"))
    last = [k for k in numbers.permutation(len(rows)).tolist() if rows.folds[k] == rows.folds.max()]
    turns: dict[str, int] = {}
    order = []
    for k in last:
        turns[rows.classes[k]] = turns.get(rows.classes[k], 0) + 1
        order.append((turns[rows.classes[k]], k))
    chosen = [k for _, k in sorted(order)[:SHOWN_FORECASTS]]
    return sorted(chosen, key=lambda k: (rows.classes[k], setup.series[int(rows.series[k])]["id"]))


def _shown(setup: EvaluationSetup, leader: Subject[Scored], row: int) -> dict[str, Any]:
    answers, place = leader.outputs.answers, setup.measures.place
    quantiles = answers.quantiles[row]
    return {
        "id": setup.series[int(setup.rows.series[row])]["id"],
        "class": setup.rows.classes[row],
        "method": answers.chosen[row],
        "history": setup.rows.histories[row],
        "actual": setup.rows.actuals[row],
        "mean": answers.means[row],
        **{f"low_{n}": quantiles[:, place(low)] for n, low in (("80", 0.1), ("95", 0.025))},
        **{f"high_{n}": quantiles[:, place(high)] for n, high in (("80", 0.9), ("95", 0.975))},
    }


def orders_panel(setup: EvaluationSetup, subjects: Subjects) -> Panel:
    """Return what ordering by the quantiles of each candidate costs, against a plain rule on the same demand."""
    plain, against = findings.order_rows(setup, subjects)
    costs = {s.title: s.card.scores["order_cost"] for s in subjects}
    rule = setup.config.evaluate.order
    html = render(
        "orders",
        plain=asdict(plain),
        costs=_dicts(costs),
        against=against,
        rule=rule,
        plain_rule=PLAIN_RULE,
        level=setup.config.evaluate.service_level,
    )
    data = {"plain": asdict(plain), "against": {n: asdict(c) for n, c in against.items()}, "plain_rule": PLAIN_RULE}
    return Panel("orders", "Orders", html, "evidence", data)


def bandit_panel(versions: Sequence[Version], subjects: Subjects) -> Panel | None:
    """Return the regret curves of bandit and router, replayed on what the version learnt from; None without a past."""
    past = versions[0].past
    if len(past.losses) < 2:
        return None
    seed = derive_seed(versions[0].about["seed"], BANDIT)
    found = replay(past.losses, past.classes, past.folds, past.methods, seed)
    best = past.losses.min(1)
    order = np.argsort(past.folds, kind="stable")
    single = past.losses[:, list(past.methods).index(versions[0].about["best"])] - best
    curves: dict[str, Array] = {
        "bandit": np.cumsum(found.regrets),
        "router, learnt from the origins before": np.cumsum(
            router_regrets(past.losses, past.features, past.folds, past.methods, seed)
        ),
        "a method at random": np.cumsum((past.losses.mean(1) - best)[order]),
        f"best single in hindsight ({versions[0].about['best']})": np.cumsum(single[order]),
    }
    version = any(s.name == BANDIT for s in subjects)
    ends = {name: float(curve[-1]) / len(curve) for name, curve in curves.items()}
    html = render(
        "bandit", picture=plots.bandit_plot(curves), ends=ends, choices=found.choices, version=version, n=len(best)
    )
    return Panel("bandit", "Which method now?", html, "evidence", {"mean_regret": ends, "choices": dict(found.choices)})


def _dicts(scores: Mapping[str, Score]) -> dict[str, Any]:
    return {name: asdict(score) for name, score in scores.items()}
