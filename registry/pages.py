"""Registry: the addresses of MLflow's pages, of models, runs and artifacts. They never have a password."""

from urllib.parse import quote, urlsplit

from mlflow.entities import ViewType

from registry.client import connect, keeps_artifacts_itself, translate_errors
from registry.environment import running_servers
from registry.settings import tracking_uri

TRAINING = "workflowType=machine_learning"  # otherwise MLflow opens its pages for agents: traces, and no versions


def mlflow_address() -> str:
    """Return the address of MLflow's pages: the tracking server's, or that of `make ui`; empty if neither runs."""
    uri = tracking_uri()
    if not keeps_artifacts_itself(uri):
        return running_servers().get("mlflow", "")
    parts = urlsplit(uri)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")


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
    address = mlflow_address()
    experiment = connect().get_experiment_by_name(model) if address else None
    return f"{address}/#/experiments/{experiment.experiment_id}/models?{TRAINING}" if experiment else None


@translate_errors()
def run_page(run: str) -> str:
    """Return the address of a run's page; empty if MLflow has no pages now."""
    address = mlflow_address()
    return f"{address}/#/experiments/{connect().get_run(run).info.experiment_id}/runs/{run}" if address and run else ""


def artifact_page(run: str, path: str) -> str:
    """Return the address of the page that shows a run's artifact, such as a report."""
    page = run_page(run)
    return f"{page}/artifacts/{quote(path)}" if page else ""


def artifact_file(run: str, path: str) -> str:
    """Return the address of the artifact itself, to show it in another page."""
    address = mlflow_address()
    return f"{address}/get-artifact?path={quote(path, safe='')}&run_uuid={run}" if address and run else ""
