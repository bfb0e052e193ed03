"""Flows: a person's approval of a promotion, where the model's YAML asks for one."""

from collections.abc import Sequence
from dataclasses import replace

from prefect import suspend_flow_run
from prefect.context import FlowRunContext
from prefect.input import RunInput
from pydantic import Field

from components.core.records import Decision, Verdict
from flows.promotion.request import Answer, PromotionRequest

WAITING = "approval"  # the rule of a version that nobody has approved
REJECTED = "rejected"  # the rule of one that a person was asked about, and did not want
WEEK = 7 * 24 * 3600  # seconds that Prefect keeps the question


class Approval(RunInput):
    """The form in Prefect's page."""

    approve: bool = Field(default=False, description="Promote this version?")
    comment: str = Field(default="", description="Why? The ledger keeps it.")


def is_deployed() -> bool:
    """Tell whether this flow run can be suspended: it comes from a deployment, and is no other flow's part."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    return run is not None and run.deployment_id is not None and run.parent_task_run_id is None


def ask(decision: Decision) -> Answer:
    """Suspend the flow run until a person has answered in Prefect's page. No process waits meanwhile.

    The flow run ends here, and starts anew when the answer is there: then this returns at once. So whatever comes
    before is done twice, and what was decided before the answer is decided again.
    """
    form = Approval.with_initial_data(description=f"**Approve?** {decision.reason}")
    given = suspend_flow_run(wait_for_input=form, timeout=WEEK, key=f"approve-{decision.version}")
    return Answer(decision.version, given.approve, given.comment)


def with_answer(model: str, decisions: Sequence[Decision], answer: Answer | None) -> list[Decision]:
    """Return the decisions after a person's answer: only what they approved is still to be promoted."""
    return [_with_answer(model, d, answer) if d.verdict is Verdict.PROMOTE else d for d in decisions]


def answer_given(request: PromotionRequest) -> Answer | None:
    """Return the answer that came with the command."""
    return Answer(None, True, request.reason) if request.approve else None


def _with_answer(model: str, decision: Decision, answer: Answer | None) -> Decision:
    version = decision.version
    if answer is None:
        said = (
            f"{decision.reason} A person must approve it: run the deployment promote/{model} in Prefect's page, or "
            f"`python -m flows promote {model} --approve --reason ...`."
        )
        return replace(decision, verdict=Verdict.HOLD, rule=WAITING, reason=said)
    if answer.version not in {None, version}:
        said = f"Version {version} is the best by now, and version {answer.version} was asked about: promote again."
        return replace(decision, verdict=Verdict.HOLD, rule=WAITING, reason=said)
    why = answer.comment.strip() or "no comment"
    if answer.approve:
        return replace(decision, reason=f"{decision.reason} Approved by a person: {why}")
    return replace(decision, verdict=Verdict.REJECT, rule=REJECTED, reason=f"Rejected by a person: {why}")
