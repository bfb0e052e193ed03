"""Tests: each test file has a module of the same name in the same place."""

from collections.abc import Iterable, Mapping

from tests import ROOT

TESTS = ROOT / "tests"

# Test files without a module, and why. Everything else is tests/<folder>/test_<module>.py of <folder>/<module>.py.
EXCEPTIONS: Mapping[str, str] = {
    "test_layout.py": "tests the layout of the tests",
    "test_prefect_yaml.py": "compares prefect.yaml, the models and the flows",
    "test_package.py": "compares pyproject.toml with requirements.txt, and builds the package",
    "test_words.py": "checks the words that flows, registry and core use",
    "test_toys.py": "tests tests/toys.py, the recipe that other tests use",
    "components/core/test_selection_properties.py": "properties of selection.py for any input, by Hypothesis",
    "components/evaluation/report/test_report.py": "tests the whole package: all its modules write one page",
    "components/evaluation/report/test_toy_report.py": "tests the whole package with a recipe that has no pictures",
    "components/recipes/product_images/score/test_diversity.py": "the score of lpips.py; test_lpips.py has the network",
    "components/recipes/product_images/starter/test_weights.py": "tests the committed weights, which are not a module",
    "deployments/service/test_stores.py": "a scenario: the service on PostgreSQL and S3",
    "deployments/service/test_hot_swap.py": "a scenario: Production moves while clients ask",
    "flows/test_secrets.py": "a scenario: secrets planted in a lifecycle of the toy are looked for in its home",
    "flows/test_runbook.py": "runs the commands of docs/runbook.md",
    "deployments/test_images.py": "compares the files of Docker and Kubernetes with requirements.txt",
    "deployments/test_kill_table.py": "tests tests/deployments/kill_table.py, which `make test-kill` runs",
    "flows/test_second_kind.py": "a scenario: a lifecycle of the toy, whose kind is one row in RECIPES",
    "flows/test_other_comments.py": "a scenario: a classifier of real comments meets those of other machines",
    "flows/test_failure_modes_starter.py": "a scenario: a lifecycle of the classifier of comments",
    "flows/test_starter.py": "a scenario: a lifecycle of the starter on the real code",
    "flows/test_tiny_xl.py": "a scenario: a lifecycle of casual-shoes-xl.yaml on a tiny Stable Diffusion XL",
    "registry/test_crashes.py": "a scenario: kill -9 at each point of a move; tests production, ledger and recovery",
    "registry/test_full_disk.py": "a scenario: the disk is full at each point of a move",
    "registry/test_race.py": "a scenario: many processes move Production at once; tests locks, ledger and database",
    "registry/test_server.py": "a scenario: the registry with an MLflow server",
    "registry/test_serving.py": "a scenario: MLflow's own clients serve a version; tests packaging and a recipe",
}


def files_of_tests() -> set[str]:
    return {path.relative_to(TESTS).as_posix() for path in TESTS.rglob("test_*.py")}


def without_module(files: Iterable[str]) -> list[str]:
    """Return a sentence for each test file that has no module of the same name in the same place."""
    return [
        f"tests/{file} tests no {module_of(file)}: move it to where its module is, or list it with a reason."
        for file in sorted(files)
        if not (ROOT / module_of(file)).is_file()
    ]


def module_of(file: str) -> str:
    folder, _, name = file.rpartition("/")
    return f"{folder}/{name.removeprefix('test_')}".removeprefix("/")


def test_each_test_file_has_its_module() -> None:
    assert {"components/core/test_seeds.py", "registry/test_production.py"} <= files_of_tests()
    assert without_module(files_of_tests() - EXCEPTIONS.keys()) == []


def test_each_exception_exists_and_is_needed() -> None:
    assert EXCEPTIONS.keys() - files_of_tests() == set()
    assert [file for file in EXCEPTIONS if (ROOT / module_of(file)).is_file()] == []


def test_a_misplaced_or_misnamed_test_file_is_reported() -> None:
    assert without_module(["components/core/test_seeds.py", "flows/test_seeds.py", "test_cats.py"]) == [
        "tests/flows/test_seeds.py tests no flows/seeds.py: move it to where its module is, or list it with a reason.",
        "tests/test_cats.py tests no cats.py: move it to where its module is, or list it with a reason.",
    ]


def test_each_folder_of_tests_is_a_package() -> None:
    folders = {(TESTS / file).parent for file in files_of_tests()}
    assert [str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").is_file()] == []
