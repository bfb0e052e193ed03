"""Registry: the connection to MLflow, whose failures become one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

import mlflow
from mlflow import MlflowClient
from mlflow.entities.model_registry import RegisteredModel
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_DOES_NOT_EXIST
from sqlalchemy.exc import SQLAlchemyError

from components.core.errors import AtelierError, UnavailableError
from components.core.masking import mask, mask_address
from registry.answering import require_mlflow
from registry.home import move_in
from registry.mlflow_database import create_database
from registry.settings import tracking_uri
from registry.tags import quoted

UNREACHABLE = ("Connection refused", "Max retries", "timed out", "Failed to establish", "NameResolution")


class Client(MlflowClient):
    """MLflow's client, without the calls whose cost grows with the number of a model's versions.

    MLflow's own `get_registered_model` loads every version to find the latest one, and nearly every write calls it
    first, each tag of a version included.
    """

    def get_registered_model(self, name: str) -> RegisteredModel:
        """Use MLflow's search, where the database finds the latest version."""
        found = self.search_registered_models(f"name = {quoted(name)}", max_results=1)
        if not found:
            raise MlflowException(f"Registered Model with name={name} not found", RESOURCE_DOES_NOT_EXIST)
        return found[0]

    def _raise_if_prompt(self, name: str) -> None:
        """Skip MLflow's check before each write that the name is not a prompt's: this project makes no prompts."""


def connect() -> Client:
    """Return a client of the tracking server, which is the model registry too.

    Creates a SQLite file that does not exist yet; processes that start at the same time wait for it.

    Raises:
        RegistryError: the database cannot be created or opened.
    """
    uri = tracking_uri()
    with translate_errors():
        require_mlflow(uri)
        create_database(uri)
        move_in()
        mlflow.set_tracking_uri(uri)
        mlflow.set_registry_uri(uri)
        return Client(tracking_uri=uri, registry_uri=uri)


def keeps_artifacts_itself(uri: str) -> bool:
    """Tell whether the tracking URI is a server, which chooses artifact locations itself."""
    return uri.startswith(("http://", "https://", "databricks"))


@contextmanager
def translate_errors() -> Iterator[None]:
    """Turn the errors of MLflow, its database and its disk into UnavailableError. Also a decorator."""
    try:
        yield
    except AtelierError:
        raise  # some are OSErrors too, with a better message
    except (MlflowException, SQLAlchemyError, OSError) as error:
        raise _unavailable(error) from error


def is_not_found(error: MlflowException) -> bool:
    """Tell whether MLflow says that something does not exist. It has two ways to say so."""
    return error.error_code == "RESOURCE_DOES_NOT_EXIST" or "not found" in str(error)


def _unavailable(error: Exception) -> UnavailableError:
    address = mask_address(tracking_uri())
    text = mask(" ".join(str(error).replace(tracking_uri(), address).split()))  # before it is cut
    if any(words in text for words in UNREACHABLE):
        act = "start it (`make ui`), or unset MLFLOW_TRACKING_URI"
        return UnavailableError(f"MLflow does not answer at {address}", act=act)
    return UnavailableError(f"MLflow at {address} refused: {text[:500]}")
