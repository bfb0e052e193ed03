"""Flows: decides which version is promoted, from the policy, the request and a person's answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from components.core.config import ModelConfig
from components.core.errors import AtelierError
from components.core.records import Candidate, Comparison, Decision, Scorecard, Snapshot, Verdict
from components.core.selection import decide
from components.recipes import get_recipe
from flows.console.progress import log_line
from flows.promotion.approval import answer_of_request, apply_answer, is_deployed, suspend_for_approval
from flows.promotion.request import Answer, PromotionRequest
from flows.retries import WITH_RETRIES
from flows.task_decorator import task
from registry import aliases, evaluations, scorecards
from registry.ledger import verify
from registry.search import Version
from registry.snapshots import read_snapshot

FORCED = "forced"  # rule of a version that a person promotes against the policy
CHALLENGER_RULES = ("not-better", "tie", "best")  # rules of versions that pass the gates and may be the Challenger


@dataclass(frozen=True, slots=True)
class PolicyResult:
    """One decision for each version, the version in production at that time (`against`), and the next Challenger."""

    decisions: Sequence[Decision]
    against: int | None
    challenger: int | None

    @property
    def promoted(self) -> Decision | None:
        return next((decision for decision in self.decisions if decision.verdict is Verdict.PROMOTE), None)


def request_approval(config: ModelConfig, snapshot: str, request: PromotionRequest, dry_run: bool) -> Answer | None:
    """Return a person's answer where the model's YAML requires approval; None if nobody was asked.

    A flow run of a deployment is suspended until the answer arrives; other flow runs cannot be suspended.
    """
    if request.approve or dry_run or not (config.promote.approval and is_deployed()):
        return answer_of_request(request)
    examples = read_snapshot(config.model, snapshot)
    promoted = _decide(config, examples, request).promoted
    return suspend_for_approval(promoted) if promoted else None


@task(task_run_name="decide {config.model}", **WITH_RETRIES)
def decide_versions(
    config: ModelConfig, snapshot: Snapshot, request: PromotionRequest, answer: Answer | None
) -> PolicyResult:
    """Decide on every scored version of this training, or on the requested one, against production and the base.

    Raises:
        AtelierError: no version has scores, or the version in production has none.
        RegistryError: the requested version does not exist.
    """
    problem = verify.problem(config.model)
    if problem:
        log_line(problem)
    result = _decide(config, snapshot, request)
    if not config.promote.approval:
        return result
    return replace(result, decisions=apply_answer(config.model, result.decisions, answer))


def _decide(config: ModelConfig, snapshot: Snapshot, request: PromotionRequest) -> PolicyResult:
    candidates = _candidates(config, snapshot, request.version)
    evaluation = config.evaluation_digest(snapshot.digest)
    champion = _champion(aliases.production(config.model), evaluation)
    base = scorecards.base_scorecard(config.model, snapshot.digest, evaluation)
    comparisons = evaluations.read_comparisons(config.model, evaluation)
    measures = get_recipe(config.recipe).measures
    decisions = decide(candidates, champion, base, config.promote, comparisons, measures)
    if request.force:
        decisions = [force_promotion(decision, request.reason) for decision in decisions]
    challenger = (
        next_best(config, candidates, decisions, base, comparisons)
        if request.version is None
        else _kept_challenger(config.model, decisions)
    )
    return PolicyResult(decisions, champion.version if champion else None, challenger)


def _candidates(config: ModelConfig, snapshot: Snapshot, version: int | None) -> list[Candidate]:
    if version is not None:
        aliases.require_version(config.model, version)
    training, evaluation = config.training_digest(snapshot.digest), config.evaluation_digest(snapshot.digest)
    scored, others = scorecards.candidates(config.model, training, evaluation)
    found = [candidate for candidate in scored if version in {None, candidate.version}]
    if found and others and version is None:
        log_line(
            f"left out, as `evaluate` has not scored them with these settings: version {', '.join(map(str, others))}"
        )
    if found:
        return found
    which = f"No version of {config.model}" if version is None else f"Version {version} of {config.model} is not one"
    raise AtelierError(
        f"{which} that was trained and scored with the present settings on snapshot {snapshot.digest}",
        act=f"run `python -m flows evaluate {config.model}` first",
    )


def _champion(version: Version | None, evaluation: str) -> Candidate | None:
    if version is None:
        return None
    card = scorecards.scorecard_of(version)
    if card is None or scorecards.evaluation_of(version) != evaluation:
        found = "no scores" if card is None else "scores of other settings or of another snapshot"
        raise AtelierError(
            f"Version {version.version} in production has {found}",
            expected="scores of this evaluation to compare with",
            act=f"run `python -m flows evaluate {version.name}`",
        )
    return scorecards.candidate_of(version, card)


def force_promotion(decision: Decision, reason: str) -> Decision:
    """Return PROMOTE with the person's reason and the policy's. The version in production keeps its decision."""
    if decision.rule == scorecards.CHAMPION:
        return decision
    why = reason.strip().rstrip(".")
    policy = f"The policy decided {decision.verdict} ({decision.rule}): {decision.reason}"
    return replace(decision, verdict=Verdict.PROMOTE, rule=FORCED, reason=f"Forced by a person: {why}. {policy}")


def next_best(
    config: ModelConfig,
    candidates: Sequence[Candidate],
    decisions: Sequence[Decision],
    base: Scorecard | None,
    comparisons: Sequence[Comparison],
) -> int | None:
    """Return the version that the policy would choose among those that pass the gates and were not chosen."""
    good = {decision.version for decision in decisions if decision.rule in CHALLENGER_RULES}
    rest = [candidate for candidate in candidates if candidate.version in good]
    measures = get_recipe(config.recipe).measures
    again = decide(rest, None, base, config.promote, comparisons, measures) if rest else []
    return next((decision.version for decision in again if decision.verdict is Verdict.PROMOTE), None)


def _kept_challenger(model: str, decisions: Sequence[Decision]) -> int | None:
    """Return the present Challenger, None if it is promoted now. A request for one version names no new one."""
    before = aliases.aliases(model).get(aliases.CHALLENGER)
    promoted = {decision.version for decision in decisions if decision.verdict is Verdict.PROMOTE}
    return before if before not in promoted else None
