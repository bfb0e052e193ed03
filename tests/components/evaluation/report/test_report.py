"""Tests: the report of an evaluation claims only what the comparisons decide."""

import json
import math
import re
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from matplotlib.figure import Figure
from PIL import Image

from components.core.records import Comparison, Decision, RatingSummary, Score, Verdict
from components.evaluation.report import ReportInputs, write_report
from components.evaluation.report.curves import curves_of, plot_score
from components.evaluation.report.html import page
from components.evaluation.report.leader import find_leader
from components.evaluation.report.markdown import summary
from components.evaluation.report.outcome import renew_outcome
from components.evaluation.report.overfitting import overfitting_of
from components.evaluation.report.report_json import report_data
from components.evaluation.report.stopping import stop_of
from components.evaluation.report.targets import Check, checklist
from components.evaluation.subjects import Work
from components.recipes.product_images.evaluate.write_report import PictureReport, with_pictures
from tests import ROOT
from tests.components.recipes.product_images.toy_report import (
    CLIP,
    N,
    measured,
    pictures_of,
    report_of,
    slim,
    subject,
    versus,
    without_pictures,
)

SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
FILES = {
    *("report.html", "report.json", "scores.png", "scores.md", "scorecards.json", "summary.md"),
}
EVIL = "</title><script>alert(1)</script><img src=https://evil.example/x onerror=alert(1)>|{{ 7*7 }}\"'`"


class Reader(HTMLParser):
    """The tags of a page with their attributes, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    write_report(report_of(), folder)
    return folder


def html_of(whole: ReportInputs) -> str:
    return page(whole, report_data(whole))


def with_scores(whole: ReportInputs, **scores: Score) -> ReportInputs:
    """Put these scores onto every card."""
    subjects = [replace(s, card=replace(s.card, scores={**s.card.scores, **scores})) for s in whole.subjects]
    return replace(whole, subjects=subjects)


def checks_of(whole: ReportInputs) -> dict[str, Check]:
    return {check.name: check for check in checklist(whole, whole.subjects[-1])}


def test_all_files_are_written_and_the_curves_can_be_opened(written: Path) -> None:
    assert {path.name for path in written.iterdir()} == FILES
    with Image.open(written / "scores.png") as curves:
        assert min(curves.size) > 100


def test_the_data_follow_their_schema(written: Path) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(json.loads((written / "report.json").read_text(encoding="utf-8")))


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_report(slim(report_of(steps=(300,), production=False)), tmp_path / name)
    one, two = (
        {
            file.relative_to(tmp_path / name): file.read_bytes()
            for file in (tmp_path / name).rglob("*")
            if file.is_file()
        }
        for name in ("one", "two")
    )
    assert one == two
    assert len(one) >= len(FILES)


def test_the_page_needs_no_network_and_no_script_and_every_picture_has_an_alternative_text(written: Path) -> None:
    html = (written / "report.html").read_text(encoding="utf-8")
    reader = Reader(html)
    pictures = reader.all("img")
    assert len(pictures) > 5 * 4
    assert all(picture["src"].startswith("data:image/") and picture["alt"] for picture in pictures)
    assert all(source["srcset"].startswith("data:image/") for source in reader.all("source"))
    assert all(link["href"].startswith("#") for link in reader.all("a"))
    assert not [tag for tag, _ in reader.tags if tag in {"script", "link", "iframe", "object"}]
    assert not re.search(r"@import|url\(", html)
    assert "default-src 'none'" in reader.all("meta")[2]["content"]


def test_every_link_in_the_page_has_a_target(written: Path) -> None:
    reader = Reader((written / "report.html").read_text(encoding="utf-8"))
    ids = {attributes.get("id") for _, attributes in reader.tags}
    assert {link["href"].removeprefix("#") for link in reader.all("a")} <= ids


def test_names_prompts_and_settings_are_escaped() -> None:
    general = slim(without_pictures(steps=(300,), production=False))
    shown = pictures_of(general)
    near = [[replace(n, file_name=EVIL) for n in found] for found in shown.nearest]
    evil = replace(shown, prompts=[f"{i} {EVIL}" for i in range(4)], nearest=near)
    bad = replace(
        with_pictures(general, evil),
        **{"model": EVIL, "about": EVIL, "settings": {EVIL: {"a": EVIL}}, "left_out": {"fid": EVIL}},
        subjects=[general.subjects[0], replace(general.subjects[1], slices={EVIL: {EVIL: {}}})],
        ratings=[RatingSummary(EVIL, EVIL, 3.0, 2.0, 4.0, 5, None)],
    )
    reader = Reader(html_of(bad))
    assert not reader.all("script")
    assert all(picture["src"].startswith("data:") and "onerror" not in picture for picture in reader.all("img"))
    assert "<script" not in summary(bad, report_data(bad)).replace("\\<", "")
    assert "{{ 7*7 }}" in html_of(bad)


def test_a_subject_that_every_comparison_favours_leads() -> None:
    lead = find_leader(report_of(production=False))
    assert lead.subject is not None
    assert (lead.subject.step, lead.decided, lead.enough) == (1000, True, None)
    assert lead.sentence == (
        "Step 1000 leads: on KID it is better than the base model, step 500 and step 1500, and the paired "
        "comparisons of 128 pictures decide it."
    )


def test_with_an_undecided_comparison_nothing_leads_and_the_number_of_pictures_that_would_decide_is_given() -> None:
    lead = find_leader(report_of())
    assert not lead.decided
    assert lead.enough == 512
    assert "cannot distinguish it from production (step 900 of another training) (about 512 would)" in lead.sentence
    assert "leads" not in lead.sentence


def test_the_best_score_without_a_comparison_does_not_lead() -> None:
    lead = find_leader(replace(report_of(), comparisons=[]))
    assert not lead.decided
    assert "it was not compared with" in lead.sentence


def test_with_too_few_pictures_nothing_leads_whatever_the_comparisons_say() -> None:
    whole = slim(report_of(production=False))
    few = [replace(s, card=replace(s.card, scores={"kid": _dishonest(s.card.scores["kid"])})) for s in whole.subjects]
    lead = find_leader(replace(whole, subjects=few))
    assert lead.sentence == f"Step 1000 has the best KID, but {N} pictures are too few to rank by it."
    assert not lead.decided


def _dishonest(score: Score) -> Score:
    return replace(score, honest=False)


def test_a_second_primary_metric_that_decides_for_another_is_reported() -> None:
    whole = report_of(production=False)
    first, best = whole.subjects[1], whole.subjects[2]
    kid = [c for c in whole.comparisons if c.metric == "kid"]
    lead = find_leader(replace(whole, comparisons=[*kid, versus(first, best, "clip_score", 0.02, 0.01)]))
    assert not lead.decided
    assert "CLIP score is better for step 500" in lead.sentence


def test_a_comparison_without_a_probability_decides_nothing() -> None:
    whole = report_of(production=False)
    unsure = [replace(c, better=math.nan) for c in whole.comparisons]
    assert not find_leader(replace(whole, comparisons=unsure)).decided
    assert overfitting_of(replace(whole, comparisons=unsure)).outcome == "cannot say"


def test_a_base_that_no_checkpoint_beats_is_named() -> None:
    whole = report_of(steps=(300,), production=False)
    base = replace(whole.subjects[0], card=replace(whole.subjects[1].card, subject="base"))
    worse = replace(whole.subjects[1], card=replace(whole.subjects[0].card, subject="step-300"))
    lead = find_leader(replace(whole, subjects=[base, worse], comparisons=[versus(worse, base, "kid", 0.03, 0.01)]))
    assert lead.sentence.startswith("The base model leads: on KID it is better than step 300")


def test_with_the_base_alone_no_checkpoint_is_chosen(tmp_path: Path) -> None:
    alone = slim(report_of(steps=(), production=False))
    assert find_leader(alone).sentence == "Only the base model was scored: there is no checkpoint to choose."
    write_report(alone, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == FILES


@pytest.mark.parametrize(
    ("half", "reason"), [(0.007, "budget"), (0.001, "decided")], ids=["budget spent", "all decided"]
)
def test_the_report_says_why_generation_stopped(half: float, reason: str) -> None:
    whole = report_of()
    kid = [replace(c, low=c.difference - half, high=c.difference + half) for c in whole.comparisons]
    inputs = replace(whole, comparisons=kid)
    assert stop_of(inputs, find_leader(inputs)).reason == reason
    assert stop_of(inputs, find_leader(inputs)).sentence.startswith("Looked 3 times, after 32, 64 and 128 pictures")


def test_a_last_checkpoint_that_is_clearly_worse_has_turned() -> None:
    turn = overfitting_of(report_of())
    assert (turn.outcome, turn.best_step, turn.last_step) == ("turned", 1000, 1500)


def test_a_turn_within_the_uncertainty_is_not_claimed() -> None:
    whole = report_of()
    wide = [replace(c, low=-1.0, high=1.0, enough=900, better=0.7) for c in whole.comparisons]
    turn = overfitting_of(replace(whole, comparisons=wide))
    assert turn.outcome == "cannot say"
    assert "which includes 0" in turn.sentence
    assert "about 900 pictures would decide" in turn.sentence


def test_a_best_last_checkpoint_has_not_turned() -> None:
    assert overfitting_of(report_of(steps=(500, 1000))).outcome == "not seen"


DECIDED = [
    Decision(2, Verdict.PROMOTE, "first", "Version 2 (step 1000) is <the> best."),
    Decision(3, Verdict.HOLD, "tie", "-"),
]


def after_a_promotion(whole: ReportInputs, step: int = 1000) -> ReportInputs:
    """The inputs of an evaluation after the checkpoint of this step has gone into production."""
    return replace(whole, subjects=[replace(s, promoted=s.step == step) for s in whole.subjects], decisions=DECIDED)


def test_a_checkpoint_in_production_stays_a_point_of_the_curve() -> None:
    before = report_of(production=False)
    after = after_a_promotion(before)
    assert [subject.key for subject in after.subjects] == [subject.key for subject in before.subjects]
    assert overfitting_of(after) == overfitting_of(before)
    assert find_leader(after).sentence == find_leader(before).sentence.replace("Step 1000", "Step 1000 (in production)")
    assert curves_of(slim(after))[0].alt.startswith("KID over the steps")
    assert "step 1000 (in production) 0.0150" in curves_of(slim(after))[0].alt


def test_the_best_step_is_the_one_in_production_and_not_the_last_of_the_others() -> None:
    last = after_a_promotion(report_of(steps=(500, 1000), production=False))
    assert overfitting_of(last).sentence.startswith("KID is best at the last step, 1000: it has not turned so far")
    assert find_leader(last).subject is last.subjects[-1]


def test_a_difference_that_nobody_could_measure_is_called_equal() -> None:
    whole = report_of(production=False)
    far = [replace(c, difference=0.0001, low=-0.004, high=0.006, enough=205_037, better=0.6) for c in whole.comparisons]
    same = replace(whole, comparisons=far)
    data = report_data(same)
    assert "are equal for practical purposes (difference at most 0.006)" in find_leader(same).sentence
    assert data["headline"]["enough"] is None
    assert "equal for practical purposes (difference at most 0.006)" in overfitting_of(same).sentence
    assert {comparison["equal"] for comparison in data["comparisons"]} == {0.006}
    shown = html_of(slim(same)) + summary(same, data) + " ".join(data["limitations"]) + str(data["overfitting"])
    assert "205,037" not in shown
    assert "at most 0.006 apart" in shown


def test_page_data_and_summary_tell_the_same_outcome(tmp_path: Path) -> None:
    data = write_report(slim(after_a_promotion(report_of(production=False))), tmp_path)
    assert data["outcome"]["sentence"] == DECIDED[0].reason
    assert not data["outcome"]["current"]
    assert "Decided on an earlier evaluation" in (tmp_path / "report.html").read_text()
    assert "Promotion: decided on an earlier evaluation: Version 2" in (tmp_path / "summary.md").read_text()


def test_a_promotion_writes_its_outcome_into_the_report(tmp_path: Path) -> None:
    whole = slim(report_of(production=False))
    write_report(whole, tmp_path)
    assert "Nothing was decided on these scores yet" in (tmp_path / "report.html").read_text()
    assert not renew_outcome(tmp_path, "another snapshot", DECIDED, {})
    before = (tmp_path / "report.html").read_text()
    for _ in range(2):  # the second time changes nothing
        assert renew_outcome(tmp_path, whole.snapshot, DECIDED, {"test split": "test/report.html"})
        data = json.loads((tmp_path / "report.json").read_text())
        Draft202012Validator(SCHEMA).validate(data)
        html, text = (tmp_path / "report.html").read_text(), (tmp_path / "summary.md").read_text()
        assert data["outcome"]["sentence"] == DECIDED[0].reason
        assert "Version 2 (step 1000) is &lt;the&gt; best." in html
        assert {"href": "test/report.html"} in Reader(html).all("a")
        assert "\nPromotion: Version 2 (step 1000) is \\<the\\> best.\n" in text
        assert "Nothing was decided" not in html + text
    parts = [
        page.partition("<!-- outcome -->")[0] + page.partition("<!-- end of outcome -->")[2] for page in (before, html)
    ]
    assert parts[0] == parts[1]


def test_without_a_report_there_is_nothing_to_renew(tmp_path: Path) -> None:
    assert not renew_outcome(tmp_path, "s1", DECIDED, {})
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_said_of_any_subject_is_said_once_with_what_would_let_it_be_said() -> None:
    whole = with_scores(report_of(), fid=Score(4, N, 3, 5, "starter-vision@1"))
    groups = {tuple(group["targets"]): group for group in report_data(whole)["unsaid"]}
    bounds = groups["FID, minimum", "FID, target", "FID, excellent"]
    assert bounds["why"] == "the bound was set for inception, this is starter-vision@1"
    assert bounds["needed"] == "an evaluation with inception"
    assert html_of(whole).count("the bound was set for inception, this is") == 1
    assert [check["outcome"] for check in report_data(whole)["subjects"][1]["checklist"]].count("cannot say") > 3


def test_an_interval_that_includes_its_bound_says_how_many_examples_would_decide() -> None:
    near = checks_of(with_scores(report_of(), white_background=Score(0.96, N, 0.92, 0.99)))["White background"]
    assert near.needed == "about 2,048 pictures would decide"  # 128 times the square of 0.04 / 0.01
    at_it = checks_of(with_scores(report_of(), white_background=Score(0.9501, N, 0.92, 0.98)))["White background"]
    assert at_it.needed == "the score is at the bound for practical purposes"


def test_a_base_model_far_away_does_not_flatten_the_curve() -> None:
    whole = slim(report_of(production=False))
    far = [
        replace(s, card=replace(s.card, scores={**s.card.scores, "kid": measured(3.7, 0.3, CLIP)}))
        if s.role == "base"
        else s
        for s in whole.subjects
    ]
    for subjects, is_far in ((far, True), (whole.subjects, False)):
        axes = Figure().subplots()
        plot_score(axes, replace(whole, subjects=subjects), "kid")
        assert axes.get_ylim()[1] < 0.2
        texts = [text.get_text() for text in axes.texts]
        assert any(text.startswith("base model 3.7 ") for text in texts) is is_far


def test_settings_are_a_table_of_words_and_not_json() -> None:
    settings = {"sampling": {"steps": 25, "on": True, "none": None}, "prompts": ["a <b>", "c"], "empty": []}
    html = html_of(replace(slim(report_of(steps=(300,), production=False)), settings=settings))
    section = re.sub(r"<[^>]*>", " ", html.split('<section id="settings">')[1].split("</section>")[0])
    assert re.search(r"steps\s+25\s+on\s+yes", section)
    assert re.search(r"a &lt;b&gt;\s+c", section)
    assert not re.search(r"[{}\[\]]", section)


@pytest.mark.parametrize("whole", [report_of(steps=(300,)), replace(report_of(), comparisons=[])])
def test_without_a_curve_or_a_comparison_no_turn_is_claimed(whole: ReportInputs) -> None:
    assert overfitting_of(whole).outcome == "cannot say"


@pytest.mark.parametrize(
    ("score", "outcome"),
    [
        (Score(0.97, N, 0.951, 0.99), "pass"),
        (Score(0.97, N, 0.95, 0.99), "cannot say"),
        (Score(0.97, N, 0.94, 0.99), "cannot say"),
        (Score(0.90, N, 0.86, 0.949), "fail"),
        (Score(0.99, 4, 0.96, 1.0, honest=False), "cannot say"),
        (Score(0.99, N, math.nan, math.nan), "cannot say"),
    ],
)
def test_a_target_passes_or_fails_only_by_the_whole_interval(score: Score, outcome: str) -> None:
    assert checks_of(with_scores(report_of(), white_background=score))["White background"].outcome == outcome


@cache
def base_alone() -> ReportInputs:
    return replace(report_of(steps=(), production=False), comparisons=[])


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_no_interval_that_includes_the_bound_passes_or_fails(value: float, one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    score = Score(value, N, low, high)
    outcome = checks_of(with_scores(base_alone(), centred=score))["Product in the middle"].outcome
    assert outcome == ("pass" if low > 0.9 else "fail" if high < 0.9 else "cannot say")


def test_lower_is_better_for_the_frechet_distance() -> None:
    checks = checks_of(with_scores(report_of(), fid=Score(45, 4000, 41, 49, "inception-v3@1")))
    outcomes = [checks[name].outcome for name in ("FID, minimum", "FID, target", "FID, excellent")]
    assert outcomes == ["pass", "pass", "fail"]


def test_the_bounds_of_one_extractor_are_not_used_for_another() -> None:
    checks = checks_of(with_scores(report_of(), fid=Score(4, N, 3, 5, "starter-vision@1")))
    assert checks["FID, minimum"].outcome == "cannot say"
    assert checks["FID, minimum"].why == "the bound was set for inception, this is starter-vision@1"
    other = checks_of(with_scores(report_of(), clip_score=Score(0.9, N, 0.8, 1.0, "starter-vision@1")))
    assert other["Picture fits its prompt (CLIP)"].outcome == "cannot say"


def test_diversity_is_compared_with_that_of_real_pictures() -> None:
    checks = checks_of(with_scores(report_of(), recall=Score(0.7, N, 0.62, 0.78, floor=0.66)))
    assert checks["Diversity kept (recall)"].outcome == "pass"
    assert checks["Diversity kept (recall)"].asked == "> 90 % of real pictures' (59.4 %)"
    without = checks_of(with_scores(report_of(), recall=Score(0.7, N, 0.62, 0.78)))
    assert without["Diversity kept (recall)"].outcome == "cannot say"


def test_a_classifier_that_is_not_good_enough_decides_nothing() -> None:
    general = without_pictures()
    shown = pictures_of(general)
    none = {name: replace(found, usable=False) for name, found in shown.classifiers.items()}
    blind = with_pictures(general, replace(shown, classifiers=none))
    for name in ("Right type of product", "Attributes as asked"):
        assert checks_of(blind)[name].outcome == "cannot say"
        assert "good enough on real pictures" in checks_of(blind)[name].why


def test_a_score_that_was_left_out_has_its_reason_in_the_checklist_and_among_the_limits() -> None:
    data = report_data(report_of())
    checks = {check["name"]: check for check in data["subjects"][0]["checklist"]}
    assert checks["Inception score"]["why"] == "needs 1,000 pictures and 128 were generated"
    limits = " ".join(data["limitations"])
    for part in (
        "FID cannot rank",
        "step 1000 from production (step 900 of another training) (about 512",
        "gender",
        "1,000 pictures",
    ):
        assert part in limits


def test_numbers_that_are_not_finite_are_shown_as_dashes_and_stored_as_null(tmp_path: Path) -> None:
    nan, inf = math.nan, math.inf
    general = slim(without_pictures(steps=(500, 1000)))
    shown = pictures_of(general)
    far = [[replace(n, distance=inf) for n in found] for found in shown.nearest]
    whole = with_pictures(general, replace(shown, nearest=far))
    whole = with_scores(whole, kid=Score(nan, N, nan, nan, CLIP, nan), clip_score=Score(0.3, N, -inf, inf, CLIP, inf))
    whole = with_scores(whole, fid=Score(inf, N, inf, inf, CLIP, -inf))
    comparisons = [Comparison(c.metric, c.ours, c.theirs, nan, -inf, inf, nan, N, None, "x") for c in whole.comparisons]
    subjects = [replace(s, work=Work(nan)) for s in whole.subjects]
    settings = {"rate": nan, "deep": [inf]}
    write_report(replace(whole, comparisons=comparisons, subjects=subjects, settings=settings), tmp_path)
    text = (tmp_path / "report.json").read_text(encoding="utf-8")
    Draft202012Validator(SCHEMA).validate(json.loads(text, parse_constant=_refuse))
    shown = re.sub(r"<[^>]*>", " ", (tmp_path / "report.html").read_text(encoding="utf-8").split("</style>")[1])
    assert not re.search(r"\b(nan|inf|None)\b", shown)
    assert "No checkpoint can be named: none has a finite KID." in shown


def _refuse(constant: str) -> Any:
    raise AssertionError(f"{constant} is not JSON")


def test_a_metric_that_the_table_does_not_know_is_shown_by_its_name() -> None:
    whole = with_scores(slim(report_of()), some_new_score=measured(3.0, 0.5))
    assert "some new score" in html_of(whole)
    Draft202012Validator(SCHEMA).validate(report_data(whole))


def test_differences_in_the_page_are_those_of_the_leader_minus_the_others() -> None:
    whole = slim(report_of(steps=(1000, 1500), production=False))
    html = re.sub(r"\s+", " ", html_of(whole))
    assert "step 1000 against step 1500" in html
    assert "step 1500 against step 1000" not in html
    assert "<b>\N{MINUS SIGN}0.0125</b>" in html  # 0.0125 in the comparison, where step 1500 comes first


def test_subjects_without_pictures_get_a_report(tmp_path: Path) -> None:
    general = slim(without_pictures())
    bare = [replace(s, slices={}) for s in general.subjects]
    empty = PictureReport([], [torch.zeros(0, 3, 8, 8) for _ in bare], [[] for _ in bare], {})
    write_report(with_pictures(replace(general, subjects=bare, test=None, ratings=[], comparisons=[]), empty), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == FILES


def test_the_summary_has_the_sentences_and_the_table_and_no_pictures(written: Path) -> None:
    text = (written / "summary.md").read_text(encoding="utf-8")
    assert text.startswith("**Step 1000 has the best KID")
    assert "| real pictures |" in text
    assert "too few to rank" in text
    assert "![" not in text


def test_a_target_of_a_question_is_checked_by_ratings() -> None:
    whole = report_of()
    assert checks_of(whole)["Realism, of 5, by people"].outcome == "pass"
    asked = {check.name: check for check in checklist(whole, subject("checkpoint", 700, 0.5))}
    assert asked["Realism, of 5, by people"].why == "nobody rated it"


def test_a_bound_that_real_pictures_do_not_reach_is_not_checked() -> None:
    check = checks_of(with_scores(report_of(), text_match=Score(0.1, 100, 0.05, 0.2, floor=0.12)))[
        "Picture and text match"
    ]
    assert check.outcome == "cannot say"
    assert check.why == "real pictures do not reach it either, so the bound says nothing here"


def test_curves_of_candidates_are_labelled_with_their_names() -> None:
    whole = slim(report_of(production=False))
    named = [replace(s, name=f"method {s.step}") if s.role == "checkpoint" else s for s in whole.subjects]
    axes = Figure().subplots()
    plot_score(axes, replace(whole, subjects=named), "kid")
    labels = [label.get_text() for label in axes.get_xticklabels()]
    assert labels == [subject.title for subject in named if subject.role == "checkpoint"]
    assert all("method" in label for label in labels)


def test_a_candidate_far_away_does_not_hide_the_differences_of_the_others() -> None:
    whole = slim(report_of(steps=(100, 200, 300, 400), production=False))
    named = [
        replace(
            s,
            name=f"method {s.step}",
            card=replace(
                s.card, scores={**s.card.scores, "kid": measured(3.7, 0.3, CLIP)} if s.step == 200 else s.card.scores
            ),
        )
        if s.role == "checkpoint"
        else s
        for s in whole.subjects
    ]
    axes = Figure().subplots()
    plot_score(axes, replace(whole, subjects=named), "kid")
    assert axes.get_ylim()[1] < 0.5
    assert len(axes.get_xticks()) == 4
    assert [text.get_position()[0] for text in axes.texts if text.get_text().startswith("3.7 ")] == [200]
