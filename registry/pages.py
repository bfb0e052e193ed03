"""Registry: the addresses of MLflow's pages of models, with their versions, scores and comparisons."""

from mlflow.entities import ViewType

from registry.client import connect, keeps_artifacts_itself, translate_errors
from registry.environment import running_servers
from registry.settings import tracking_uri

TRAINING = "workflowType=machine_learning"  # otherwise MLflow opens its pages for agents: traces, and no versions


def start_page(server: str) -> str:
    """Return the address of the list of all models' experiments."""
    return f"{server}/#/experiments?{TRAINING}"


@translate_errors()
def model_pages(server: str) -> dict[str, str]:
    """Return the address of each model's versions on a server, by the model's name."""
    experiments = connect().search_experiments(ViewType.ACTIVE_ONLY)
    names = {model.name for model in connect().search_registered_models()}
    pages = {e.name: f"{server}/#/experiments/{e.experiment_id}/models?{TRAINING}" for e in experiments}
    return {name: pages[name] for name in sorted(names & pages.keys())}


@translate_errors()
def page_of(model: str) -> str | None:
    """Return the address of a model's versions on the server that runs now; None if no server runs."""
    uri = tracking_uri()
    server = uri if keeps_artifacts_itself(uri) else running_servers().get("mlflow")
    if not server or not server.startswith("http"):
        return None
    experiment = connect().get_experiment_by_name(model)
    return f"{server.rstrip('/')}/#/experiments/{experiment.experiment_id}/models?{TRAINING}" if experiment else None
