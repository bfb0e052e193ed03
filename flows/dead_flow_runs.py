"""Flows: gives the Prefect runs of a dead process a final state, and starts the same work again."""

from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterParentFlowRunId,
    TaskRunFilter,
    TaskRunFilterFlowRunId,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled, Crashed

from registry.dead_runs import has_trained
from registry.lease_rows import Lease

ENDLESS = {StateType.RUNNING, StateType.PENDING, StateType.CANCELLING}  # states that only the dead process would leave
TO_REPEAT = {StateType.CRASHED, StateType.FAILED}
RESTARTED = "restarted"  # the tag of a run that does the work of a dead one


def end_flow_runs(lease: Lease, why: str) -> FlowRun | None:
    """End the flow run of a lease, its subflows and its tasks as Crashed, which frees their concurrency slots.

    A run that was being cancelled ends as Cancelled. Returns the flow run as it is now; None if this server has none
    of that id.
    """
    if not lease.work.flow_run:
        return None
    with get_client(sync_client=True) as client:
        top = _read(client, UUID(lease.work.flow_run))
        for run in reversed(_with_subflows(client, top) if top else []):  # a parent after its children
            _end(client, run, why)
        return client.read_flow_run(top.id) if top else None


def repeat(lease: Lease, ended: FlowRun) -> FlowRun | None:
    """Start the work of a run again, through its deployment; None if that does not exist any more.

    The key makes it one run, however many `reap` try. A schedule or drift that had led to a training is not asked for
    again, as the policy could find that the model was trained just now. The tags stay: by them the service finds the
    run that does the work of a job now.
    """
    asked = {"reason": "", "report": ""} if has_trained(lease) else {}
    parameters = ended.parameters | {name: asked[name] for name in asked.keys() & ended.parameters.keys()}
    with get_client(sync_client=True) as client:
        try:
            client.read_deployment(UUID(lease.work.deployment))
        except ObjectNotFound:
            return None
        tags = sorted({*ended.tags, RESTARTED})
        return client.create_flow_run_from_deployment(
            UUID(lease.work.deployment), parameters=parameters, idempotency_key=f"reap-{lease.id}", tags=tags
        )


def _with_subflows(client: SyncPrefectClient, top: FlowRun) -> list[FlowRun]:
    found, parents = [top], [top.id]
    while parents:
        query = FlowRunFilter(parent_flow_run_id=FlowRunFilterParentFlowRunId(any_=parents))
        children = client.read_flow_runs(flow_run_filter=query)
        found, parents = [*found, *children], [child.id for child in children]
    return found


def _read(client: SyncPrefectClient, flow_run: UUID) -> FlowRun | None:
    try:
        return client.read_flow_run(flow_run)
    except ObjectNotFound:
        return None


def _end(client: SyncPrefectClient, run: FlowRun, why: str) -> None:
    query = TaskRunFilter(
        flow_run_id=TaskRunFilterFlowRunId(any_=[run.id]),
        state=TaskRunFilterState(type=TaskRunFilterStateType(any_=list(ENDLESS))),
    )
    for task in client.read_task_runs(task_run_filter=query):
        client.set_task_run_state(task.id, Crashed(message=why), force=True)
    if run.state is not None and run.state.type in ENDLESS:
        final = Cancelled if run.state.type == StateType.CANCELLING else Crashed
        client.set_flow_run_state(run.id, final(message=why), force=True)
