"""Benchmarks / replay: the page of a replay, one HTML file without scripts and without a network."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from benchmarks.replay.chart import intervals_of, lines_of, scale_of, shown
from benchmarks.replay.lanes import decision_bars, months, share, verdict_bars, version_marks
from benchmarks.replay.plan import Plan
from benchmarks.replay.records import Day, Outcome
from benchmarks.replay.simulate import Replay

FOLDER = Path(__file__).parent
LETTERS = "ABCDEFGHIJ"


def page_of(replay: Replay) -> str:
    """Return the HTML."""
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            style=Markup((FOLDER / "style.css").read_text(encoding="utf-8")),  # our own file, not escaped
            f=replay.figures,
            quiet=replay.quiet,
            products=replay.products,
            plan=replay.plan,
            outcomes=replay.history.outcomes,
            policy=replay.config.retrain,
            primary=replay.config.promote.primary,
            changes=changes_of(replay.plan, replay.history.days, replay.history.outcomes),
            **_drawn(replay),
        )
    )


def _environment() -> Environment:
    loader = FileSystemLoader(FOLDER)
    found = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    found.filters["shown"] = shown
    return found


def changes_of(plan: Plan, days: Sequence[Day], outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Return a row of the table for each day on which anything began, ended, changed or was decided."""
    before: list[Day | None] = [None, *days[:-1]]
    noted = [(day, _notes(plan, day, outcomes), _kind(day) != _kind(b)) for day, b in zip(days, before, strict=True)]
    return [
        {"day": day, "date": f"{plan.date_of(day.day):%d %b}", "notes": notes}
        for day, notes, changed in noted
        if notes or changed
    ]


def _kind(day: Day | None) -> tuple[str, str, str, str] | None:
    """Return what makes a day like the one before: state and rule of the verdict, action and rule of the decision."""
    if day is None:
        return None
    verdict = (day.verdict.state.value, day.verdict.rule) if day.verdict else ("", "")
    return (*verdict, day.decision.action.value, day.decision.rule)


def _notes(plan: Plan, day: Day, outcomes: Sequence[Outcome]) -> list[str]:
    notes = [f"{event.title} begins. {event.about}" for event in plan.events if event.first == day.day]
    notes += [f"{event.title} ends." for event in plan.events if event.last == day.day and event.last < plan.days]
    if day.asked:
        notes.append("A person follows the advice and starts the lifecycle.")
    for outcome in outcomes:
        training = outcome.training
        if training.day == day.day and training.dies is not None:
            back = training.dies + plan.repaired_after
            notes.append(
                f"The machine dies {training.dies - training.begins:.1f} h into the training of version "
                f"{training.version}. It goes on from its checkpoint {back - training.dies:.0f} h later; "
                f"{training.lost_hours:.2f} GPU hours are lost."
            )
        if outcome.day == day.day:
            notes.append(f"{outcome.verdict}: {outcome.reason}")
    return notes


def _drawn(replay: Replay) -> dict[str, Any]:
    """Return the timeline's numbers."""
    plan, history = replay.plan, replay.history
    of_kid = scale_of([point.kid for point in history.points])
    benefits = {
        name: scale_of([o.benefit[name] for o in history.outcomes if name in o.benefit])
        for name in replay.config.promote.primary
    }
    begins = months(plan)
    return {
        "months": begins,
        "widths": [b[0] - a[0] for a, b in pairwise([*begins, (100.0, "")])],
        "events": [
            (letter, event, share(plan, event.first), share(plan, event.last), found)
            for letter, event, found in zip(LETTERS, plan.events, replay.figures["events"], strict=False)
        ],
        "death": next((share(plan, o.training.day) for o in history.outcomes if o.training.dies is not None), None),
        "verdicts": verdict_bars(plan, history.days),
        "decisions": decision_bars(plan, history.days),
        "marks": version_marks(plan, history.outcomes),
        "kid": of_kid,
        "lines": lines_of(history.points, of_kid),
        "benefits": {
            name: (scale, intervals_of(plan, history.outcomes, name, scale)) for name, scale in benefits.items()
        },
    }
