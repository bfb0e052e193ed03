"""Flows: moves the alias Production to the best version, if it passes the gates."""

from prefect import flow

from components.core.config import ModelConfig
from components.core.records import Decision, Snapshot
from flows.already_done import mark_decided
from flows.parameters import ModelName
from flows.promotion.carry_out import carry_out, write_cards
from flows.promotion.decide import PolicyResult, decide_versions, request_approval
from flows.promotion.keep_outputs import keep_outputs
from flows.promotion.measure_benefit import measure_benefit
from flows.promotion.renew_report import renew_report
from flows.promotion.request import PromotionRequest
from flows.promotion.score_test_split import keep_test_scores, scores_on_test
from flows.reports import decisions_json, publish_decisions
from flows.tasks import open_run, read_config, read_snapshot
from registry.tracking import Run


@flow(
    name="promote",
    flow_run_name="promote-{model}",
    description="Decides on every scored version and puts the best one in production, if it passes the gates of the "
    "model's YAML and its smoke test. The ledger keeps who decided what, when and why.",
)
def promote(  # noqa: PLR0913  each is a field of the form in Prefect's page
    model: ModelName,
    snapshot: str = "latest",
    dry_run: bool = False,
    overrides: list[str] | None = None,
    version: int | None = None,
    force: bool = False,
    approve: bool = False,
    reason: str = "",
) -> list[Decision]:
    """Return one decision for each version. A dry run only decides; otherwise the decisions are carried out.

    Args:
        model: The model. Each is a YAML file in deployments/models.
        snapshot: The digest of a snapshot, or latest.
        dry_run: Decide, and change nothing.
        overrides: Other values for fields of the YAML, such as train.steps=200.
        version: Decide on this version only.
        force: Promote that version against the policy; its files are still checked, and its smoke test must pass.
        approve: Approve the promotion, where the YAML requires approval (promote.approval).
        reason: Why it is forced or approved. The ledger keeps it.
    """
    config = read_config(model, overrides)
    request = PromotionRequest(version, force, approve, reason)
    answer = request_approval(config, snapshot, request, dry_run)

    with open_run(config, "promote") as run:
        examples = read_snapshot(config, snapshot, run)
        result = decide_versions(config, examples, request, answer)
        run.record("decisions.json", decisions_json(result, dry_run))
        if not dry_run:
            result = _put_in_production(config, examples, request, result, run)
        publish_decisions(config, examples, result, run, dry_run)
        if not dry_run:
            renew_report(config, examples)
            write_cards(config, [decision.version for decision in result.decisions])

    return list(result.decisions)


def _put_in_production(
    config: ModelConfig, examples: Snapshot, request: PromotionRequest, result: PolicyResult, run: Run
) -> PolicyResult:
    """Carry the decisions out, and score the promoted version on the test split while its smoke test runs."""
    with scores_on_test(config, examples, result) as scores:
        result = carry_out(config, examples, result, run)
        run.record("decisions.json", decisions_json(result, dry_run=False))
        measure_benefit(config, examples, result)
        mark_decided(config, examples, request, run)
        keep_outputs(config, examples, result, run)
        keep_test_scores(config, scores, run)
    return result
