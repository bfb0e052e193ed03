"""Flows: move the alias Production to the best version, if it deserves it."""

from prefect import flow

from components.core.records import Decision
from flows.already_done import mark_decided
from flows.promotion.carry_out import carry_out, write_cards
from flows.promotion.decide import ask_person, decide_versions
from flows.promotion.request import PromotionRequest
from flows.promotion.score_test_split import score_on_test
from flows.reports import decided, publish_decisions
from flows.tasks import open_run, read_config, read_snapshot


@flow(name="promote", flow_run_name="promote-{model}")
def promote(  # noqa: PLR0913  each is a word or a number that a person can type into the page
    model: str,
    snapshot: str = "latest",
    dry_run: bool = False,
    overrides: list[str] | None = None,
    version: int | None = None,
    force: bool = False,
    approve: bool = False,
    reason: str = "",
) -> list[Decision]:
    """Return one decision a version, carried out or, in a dry run, only said.

    Args:
        model: the name of a YAML file in deployments/models.
        snapshot: a snapshot's digest.
        dry_run: decide, and do nothing.
        overrides: of fields of the YAML, such as train.steps=200.
        version: decide on this one alone.
        force: promote `version` whatever the policy says; its files and its smoke test still count.
        approve: a person approves what is promoted, where the YAML asks for that (promote.approval).
        reason: why it is forced or approved; the ledger keeps it.
    """
    config = read_config(model, overrides)
    request = PromotionRequest(version, force, approve, reason)
    answer = ask_person(config, snapshot, request, dry_run)

    with open_run(config, "promote") as run:
        examples = read_snapshot(config, snapshot, run)
        result = decide_versions(config, examples, request, answer)
        run.record("decisions.json", decided(result, dry_run))
        if not dry_run:
            result = carry_out(config, examples, result, run)
            run.record("decisions.json", decided(result, dry_run))
            mark_decided(config, examples, request, run)
        publish_decisions(config, result)
        if not dry_run:
            score_on_test(config, examples, result.decisions, run)
            write_cards(config, [result.promoted.version] if result.promoted else [])

    return list(result.decisions)
