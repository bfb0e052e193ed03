"""Benchmarks / replay: goes through the days: looks, decides, trains, scores, promotes, on a simulated clock."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from benchmarks.replay.looks import Look, look_at
from benchmarks.replay.pictures import Facts
from benchmarks.replay.plan import Plan
from benchmarks.replay.records import Day, History, Outcome, Point, Training
from benchmarks.replay.rows import Row, in_catalogue
from benchmarks.replay.scores import Exam, candidate_of
from benchmarks.replay.trainings import measured, outcome_of, training_of
from benchmarks.replay.versions import Version, split_of, trained_on
from components.core.records import Verdict
from components.core.retraining import NO_LOOK, RetrainingAction, RetrainingDecision, RetrainingFacts, decide_retraining
from components.drift.verdict import DriftVerdict
from components.recipes.product_images.config import ProductImagesConfig

HOURS = 24
WEEK = 7  # days between two scorings of Production


@dataclass
class Year:
    """The state of the house on the simulated clock, and what was written down."""

    plan: Plan
    config: ProductImagesConfig
    rows: Sequence[Row]
    facts: Facts
    sold: Sequence[Row]  # those of `rows` that this time knows; `rows` are in the order of their numbers
    production: Version | None = None
    looks: int = 0
    running: Training | None = None
    trained: Version | None = None  # by the training that runs
    newest: float | None = None  # the hour in which the newest version was made
    without_benefit: int = 0
    advised: int = 0  # days in a row on which the decision was that a person has to act
    killed: bool = False
    began: RetrainingFacts | None = None  # when the newest training began; None if a person asked for it
    tried: RetrainingFacts | None = None  # when the last retraining began, if that promoted nothing
    days: list[Day] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)

    @property
    def shares(self) -> dict[str, int]:
        """The shares of the splits."""
        shares: dict[str, int] = self.config.data.split.model_dump()
        return shares

    def live(self) -> History:
        """Go through all days."""
        for day in range(1, self.plan.days + 1):
            self._live(day)
        return History(tuple(self.days), tuple(self.outcomes), tuple(self.points))

    def _live(self, day: int) -> None:
        today = in_catalogue(self.sold, day)
        self._finish(day, (day - 1) * HOURS + self.plan.look_hour)
        look, new = self._look(today)
        verdict, drifting = (look.verdict, look.drifting) if look else (None, ())
        facts = replace(self._facts(day, verdict, new), drifting=drifting)
        decision = decide_retraining(facts, self.config.retrain)
        self.advised = self.advised + 1 if decision.rule == "fruitless" else 0
        asked = self.advised > self.plan.person_after
        unchanged = self._unchanged(new)
        self.days.append(Day(day, self.looks, len(new), verdict, drifting, decision, unchanged, asked))
        if asked or decision.action == RetrainingAction.START:
            self.began = None if asked else facts
            self._start(day, today, decision, asked)
        self._finish(day, day * HOURS)
        if self.production and day % WEEK == 1 and self.points[-1].day < day:
            self._score_production(day)

    def _look(self, today: Sequence[Row]) -> tuple[Look | None, list[Row]]:
        if self.production is None:
            return None, list(today)
        known = [self.rows[number] for number in sorted(self.production.snapshot)]
        new = [row for row in today if row.number not in self.production.snapshot]
        self.looks += 1
        return look_at(self.looks, known, new, self.facts, self.config.monitor, self.plan.seed), new

    def _facts(self, day: int, verdict: DriftVerdict | None, new: Sequence[Row]) -> RetrainingFacts:
        now = (day - 1) * HOURS + self.plan.look_hour
        month = self.plan.date_of(day).strftime("%Y-%m")
        spent = (o.training for o in self.outcomes if self.plan.date_of(o.day).strftime("%Y-%m") == month)
        return RetrainingFacts(
            drift=verdict.state.value if verdict else NO_LOOK,
            reason=verdict.sentence if verdict else "",
            days_since_training=None if self.newest is None else (now - self.newest) / HOURS,
            new_rows=len(new),
            hour=self.plan.look_hour,
            tried=self.tried.drifting if self.tried else (),
            tried_rows=self.tried.new_rows if self.tried else 0,
            gpu_hours_used=sum(training.gpu_hours for training in spent),
            running=f"The training of version {self.running.version}" if self.running else "",
            without_benefit=self.without_benefit,
        )

    def _unchanged(self, new: Sequence[Row]) -> bool:
        known = self.production.snapshot if self.production else ()
        return not any(row.event for row in new) and not any(self.rows[number].event for number in known)

    def _start(self, day: int, today: Sequence[Row], decision: RetrainingDecision, asked: bool) -> None:
        number = len(self.outcomes) + 1
        dies = not self.killed and day >= self.plan.killed_after
        self.killed |= dies
        if asked:
            self.without_benefit = self.advised = 0
        self.running = training_of(number, day, self.plan, decision, asked, dies)
        self.trained = trained_on(number, day, today, self.shares)

    def _finish(self, day: int, now: float) -> None:
        """Score the version of a training that has ended by now, and move Production if the policy says so."""
        if self.running is None or self.trained is None or self.running.ends > now:
            return
        outcome = outcome_of(self.running, self.trained, self.production, self._exam(day), self.config.promote)
        self.outcomes.append(outcome)
        self.newest, self.running = self.running.ends, None
        promoted = outcome.verdict == Verdict.PROMOTE
        benefited = promoted and outcome.clear
        self.without_benefit = 0 if benefited else self.without_benefit + 1
        self.tried = None if promoted else self.began
        if promoted:
            self.production, self.looks = self.trained, 0
            self._score_production(day)

    def _exam(self, day: int) -> Exam:
        today = in_catalogue(self.sold, day)
        prompts = [row for row in today if split_of(row, self.shares) == "validation"]
        return Exam(day, prompts, self.rows, self.facts, self.plan.seed)

    def _score_production(self, day: int) -> None:
        if self.production is None:
            return
        score = candidate_of(self.production, self._exam(day))[0].scorecard.scores["kid"]
        self.points.append(Point(day, self.production.number, measured(score)))
