"""Tests: the addresses that are printed lead to a model's versions, not to MLflow's pages for agents."""

from registry.client import connect
from registry.environment import servers_file
from registry.pages import model_pages, page_of
from registry.tracking import open_run
from tests.registry.conftest import MODEL
from tests.registry.toy_recipe import Config

SERVER = "http://127.0.0.1:5000"


def experiment_of(config: Config) -> str:
    with open_run(config, "train", "1"):
        experiment = connect().get_experiment_by_name(MODEL)
    assert experiment is not None
    return str(experiment.experiment_id)


def test_each_registered_model_has_a_page_of_its_versions(home: object, config: Config) -> None:
    number = experiment_of(config)
    assert model_pages(SERVER) == {}  # no version yet
    connect().create_registered_model(MODEL)
    connect().create_registered_model("of-another-program")
    assert model_pages(SERVER) == {MODEL: f"{SERVER}/#/experiments/{number}/models?workflowType=machine_learning"}


def test_no_page_is_named_while_no_server_runs(home: object, config: Config) -> None:
    experiment_of(config)
    assert page_of(MODEL) is None
    servers_file().write_text('{"prefect": "http://127.0.0.1:9", "mlflow": "http://127.0.0.1:9"}')  # of a dead server
    assert page_of(MODEL) is None
