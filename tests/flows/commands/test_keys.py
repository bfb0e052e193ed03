"""Tests: the command `keys` prints a new key alone, lists and revokes keys, and reports usage with prices."""

import json
from pathlib import Path

import pytest

from registry.service_keys import find_key
from registry.service_usage import Usage, count_usage
from tests.flows.command_line import run

pytestmark = pytest.mark.usefixtures("command_environment")


def test_a_new_key_is_alone_on_standard_output_and_works(bare_home: Path) -> None:
    done = run("keys", "--create", "shop", "--quota", "100", "--rate", "60")
    assert done.exit_code == 0
    found = find_key(done.stdout.strip())
    assert found is not None
    assert (found.name, found.quota, found.rate) == ("shop", 100, 60)
    assert "is printed this once" in done.stderr
    as_json = json.loads(run("keys", "--create", "other", "--json").stdout)
    assert find_key(as_json["key"]) is not None


def test_keys_are_listed_without_their_secrets_and_revoked(bare_home: Path) -> None:
    assert "There is no key yet" in run("keys").stdout
    key = run("keys", "--create", "shop").stdout.strip()
    assert "shop" in (listed := run("keys").stdout)
    assert "valid" in listed
    assert key.rpartition("_")[2] not in run("keys", "--json").stdout
    assert run("keys", "--revoke", "shop").exit_code == 0
    assert "revoked" in run("keys").stdout
    assert find_key(key) is None


def test_usage_has_prices_and_a_total(bare_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "service.yaml"
    settings.write_text("prices: {starter: 0.25}\ncurrency: USD\n")
    monkeypatch.setenv("ATELIER_SERVICE", str(settings))
    count_usage(Usage("shop", "2026-10", "starter", 2, 6, 1.5))
    found = json.loads(run("keys", "--usage", "--month", "2026-10", "--json").stdout)
    assert (found["total"], found["currency"], found["rows"][0]["outputs"]) == (1.5, "USD", 6)
    assert "Total: 1.50 USD." in run("keys", "--usage", "--month", "all").stdout
    assert "Nothing was used in 2026-09." in run("keys", "--usage", "--month", "2026-09").stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--create", "shop", "--usage"], "Error: Several of --create, --revoke and --usage were given"),
        (["--revoke", "cats"], "Error: No valid key is called 'cats'. Valid keys: none."),
        (["--create", "-"], "Error: A key cannot be called '-'"),
        (["--usage", "--month", "May"], "Error: --month is 'May', expected a month such as"),
    ],
)
def test_what_is_wrong_is_one_sentence(bare_home: Path, words: list[str], sentence: str) -> None:
    done = run("keys", *words)
    assert done.exit_code == 2
    assert sentence in done.stderr.replace("\n", " ")
