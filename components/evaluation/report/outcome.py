"""Evaluation: what was decided on the versions that a report scores, and the way to the report of the other split."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from components.core.files import write_text
from components.core.metric_table import METRICS
from components.core.plain_text import markdown
from components.core.records import Decision, Verdict
from components.evaluation.report.panels import page_environment

START, END = "<!-- outcome -->", "<!-- end of outcome -->"  # around the section, so that it can be replaced
LINE = "Promotion: "  # the line of the Markdown summary begins with it
OPEN = "Nothing was decided on these scores yet: a promotion does that."
NEVER = "Nothing is decided on the scores of this split."
CHOOSING = "validation"  # the split on whose scores versions are chosen


def outcome_data(
    decisions: Sequence[Decision], beside: Mapping[str, str], current: bool, split: str = CHOOSING
) -> dict[str, Any]:
    """Return the outcome as report.json has it. `current` says that the decisions were made on these scores."""
    rows = [{"version": d.version, "verdict": str(d.verdict), "rule": d.rule, "reason": d.reason} for d in decisions]
    promoted = next((d.reason for d in decisions if d.verdict is Verdict.PROMOTE), "")
    sentence = promoted or ("Nothing was promoted." if decisions else OPEN if split == CHOOSING else NEVER)
    return {"sentence": sentence, "current": current, "decisions": rows, "beside": dict(beside)}


def outcome_section(outcome: Mapping[str, Any]) -> str:
    """Return the section of the page, with its marks."""
    section = page_environment(METRICS).get_template("outcome.html.j2").render(outcome=outcome)
    return f"{START}\n{section.strip()}\n{END}"


def outcome_line(outcome: Mapping[str, Any]) -> str:
    """Return the paragraph of the Markdown summary."""
    before = "" if outcome["current"] or not outcome["decisions"] else "decided on an earlier evaluation: "
    return f"{LINE}{before}{markdown(outcome['sentence'])}"


def renew_outcome(folder: Path, snapshot: str, decisions: Sequence[Decision], beside: Mapping[str, str]) -> bool:
    """Write decisions into the report in the folder: its data, page and summary. Return whether there was one.

    A report on another snapshot is left as it is, since the decisions are not about its scores.
    """
    path = folder / "report.json"
    data = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if data.get("snapshot") != snapshot or "outcome" not in data:
        return False
    data["outcome"] = outcome_data(decisions, beside, current=True)
    write_text(path, json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
    marked = re.compile(f"{re.escape(START)}.*?{re.escape(END)}", re.DOTALL)
    _replace(folder / "summary.md", re.compile(f"^{LINE}.*$", re.MULTILINE), outcome_line(data["outcome"]))
    _replace(folder / "report.html", marked, outcome_section(data["outcome"]))
    return True


def _replace(path: Path, pattern: re.Pattern[str], text: str) -> None:
    write_text(path, pattern.sub(lambda _: text, path.read_text(encoding="utf-8"), count=1))
