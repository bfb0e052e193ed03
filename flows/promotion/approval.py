"""Flows: a person's approval of a promotion, where the model's YAML requires it."""

from collections.abc import Sequence
from dataclasses import replace

from prefect import suspend_flow_run
from prefect.context import FlowRunContext
from prefect.input import RunInput
from pydantic import Field

from components.core.records import Decision, Verdict
from flows.promotion.request import Answer, PromotionRequest

AWAITING_APPROVAL = "approval"  # rule of a version that waits for approval
REJECTED = "rejected"  # rule of a version that a person has rejected
TIMEOUT_SECONDS = 7 * 24 * 3600  # a week; Prefect fails the suspended flow run after it


class Approval(RunInput):
    """The form that Prefect's page shows."""

    approve: bool = Field(default=False, description="Promote this version?")
    comment: str = Field(default="", description="Why? The ledger keeps it.")


def is_deployed() -> bool:
    """Return True if this flow run can be suspended: a deployment started it, and it is not a subflow."""
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    return run is not None and run.deployment_id is not None and run.parent_task_run_id is None


def suspend_for_approval(decision: Decision) -> Answer:
    """Suspend the flow run until a person answers in Prefect's page. No process waits meanwhile.

    The flow run ends here and starts again from the top when the answer arrives; then this returns immediately. Code
    before this call runs twice, and the decision is made again.
    """
    form = Approval.with_initial_data(description=f"**Approve?** {decision.reason}")
    form_data = suspend_flow_run(wait_for_input=form, timeout=TIMEOUT_SECONDS, key=f"approve-{decision.version}")
    return Answer(decision.version, form_data.approve, form_data.comment)


def apply_answer(model: str, decisions: Sequence[Decision], answer: Answer | None) -> list[Decision]:
    """Return the decisions after a person's answer: PROMOTE only where the person approved."""
    return [_apply_answer(model, d, answer) if d.verdict is Verdict.PROMOTE else d for d in decisions]


def answer_of_request(request: PromotionRequest) -> Answer | None:
    """Return the answer that `promote --approve` gives, None without it."""
    return Answer(None, True, request.reason) if request.approve else None


def _apply_answer(model: str, decision: Decision, answer: Answer | None) -> Decision:
    version = decision.version
    if answer is None:
        reason = (
            f"{decision.reason} A person must approve it: run the deployment promote/{model} in Prefect's page, or "
            f"`python -m flows promote {model} --approve --reason ...`."
        )
        return replace(decision, verdict=Verdict.HOLD, rule=AWAITING_APPROVAL, reason=reason)
    if answer.version not in {None, version}:
        reason = f"Version {version} is the best now, but the answer is about version {answer.version}: promote again."
        return replace(decision, verdict=Verdict.HOLD, rule=AWAITING_APPROVAL, reason=reason)
    why = answer.comment.strip() or "no comment"
    if answer.approve:
        return replace(decision, reason=f"{decision.reason} Approved by a person: {why}")
    return replace(decision, verdict=Verdict.REJECT, rule=REJECTED, reason=f"Rejected by a person: {why}")
