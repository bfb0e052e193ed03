"""Product images: the scores in the two file formats of earlier evaluations of this model."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components.core.files import write_text
from components.core.records import Score
from components.evaluation.report import save_json
from components.evaluation.report.formatting import as_json, format_score, markdown, title
from components.evaluation.report.inputs import ReportInputs
from components.evaluation.report.markdown import main_scores, score_table
from components.evaluation.report.targets import checklist
from components.evaluation.subjects import Subject

HUNDRED = 100.0  # these files hold CLIP scores as 100 x cosine


def write_legacy_exports(inputs: ReportInputs, data: Mapping[str, Any], folder: Path) -> None:
    """Write consolidated_results.json and comparative_report.md into the folder."""
    save_json(folder / "consolidated_results.json", consolidated_results(inputs))
    write_text(folder / "comparative_report.md", comparative_report(inputs, data))


def consolidated_results(inputs: ReportInputs) -> dict[str, Any]:
    """Return the scores by step (`"1500"`, `base`, `production`), each with the meaning of its value.

    Fields have their earlier names: metadata.generated_images_count, fid.score, clip_score.mean. The CLIP score is
    100 x cosine as before; report.json has the cosine.
    """
    return {_name(subject): _results(inputs, subject) for subject in inputs.subjects}


def comparative_report(inputs: ReportInputs, data: Mapping[str, Any]) -> str:
    """Return a Markdown report that lists the checkpoints' scores and ends with a recommendation."""
    parts = [
        f"# {markdown(inputs.model)}: checkpoints compared",
        f"Snapshot {markdown(inputs.snapshot)}, {markdown(inputs.split)} split, {len(inputs.subjects)} subjects.",
        "## Scores",
        score_table(inputs, main_scores(inputs)),
        *[_section(inputs, subject) for subject in inputs.subjects],
        "## Overfitting",
        markdown(data["overfitting"]["sentence"]),
        "## Recommendation",
        markdown(data["headline"]["sentence"]),
    ]
    return "\n\n".join(parts) + "\n"


def _name(subject: Subject[Any]) -> str:
    return str(subject.step) if subject.role == "checkpoint" else subject.role


def _results(inputs: ReportInputs, subject: Subject[Any]) -> dict[str, Any]:
    count = subject.work.generated + subject.work.cached
    metadata = {"generated_images_count": count, "step": subject.step, "digest": subject.digest, "role": subject.role}
    scores = {name: _result(inputs, subject, name, score) for name, score in subject.card.scores.items()}
    results: dict[str, Any] = as_json({"metadata": metadata, **scores})
    return results


def _result(inputs: ReportInputs, subject: Subject[Any], name: str, score: Score) -> dict[str, Any]:
    rest = {"n": score.n, "extractor": score.extractor, "interpretation": _meaning(inputs, subject, name, score)}
    if name != "clip_score":
        return {"score": score.value, "low": score.low, "high": score.high, **rest}
    numbers = {"mean": score.value, "low": score.low, "high": score.high}
    return {**{key: HUNDRED * value for key, value in numbers.items()}, "unit": "100 x cosine", **rest}


def _meaning(inputs: ReportInputs, subject: Subject[Any], name: str, score: Score) -> str:
    if not score.honest:
        return f"too few to rank (n = {score.n})"
    checks = [check for check in checklist(inputs, subject) if check.metric == name]
    return "; ".join(f"{check.asked}: {check.outcome}" for check in checks) or "no target"


def _section(inputs: ReportInputs, subject: Subject[Any]) -> str:
    scores = [
        (name, *format_score(name, score, inputs.metrics), score.n) for name, score in subject.card.scores.items()
    ]
    lines = [
        f"- {markdown(title(name, inputs.metrics))}: {value} ({interval}), n {n}" for name, value, interval, n in scores
    ]
    checks = [check for check in checklist(inputs, subject) if check.outcome != "cannot say"]
    lines += [f"- {check.name}, {check.asked}: {check.outcome}" for check in checks]
    return f"## {subject.title[0].upper()}{subject.title[1:]}\n\n" + "\n".join(lines)
