"""Registry: the addresses of MLflow's pages, for links from other pages. They never have a password."""

from urllib.parse import quote, urlsplit

from registry.client import connect, keeps_artifacts_itself, translate_errors
from registry.environment import running_servers
from registry.settings import tracking_uri


def mlflow_address() -> str:
    """Return the address of MLflow's pages: the tracking server's, or that of `make ui`; empty if neither runs."""
    uri = tracking_uri()
    if not keeps_artifacts_itself(uri):
        return running_servers().get("mlflow", "")
    parts = urlsplit(uri)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl().rstrip("/")


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
