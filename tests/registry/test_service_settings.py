"""Tests: the settings of the service are read from one YAML, and a wrong field is named."""

from pathlib import Path

import pytest

from components.core.errors import ConfigError
from registry.service_settings import ServiceSettings, read_service_settings


def test_the_committed_file_has_the_defaults(bare_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ATELIER_SERVICE", raising=False)
    assert read_service_settings() == ServiceSettings()


def test_another_file_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("cache_mb: 0\ncanary: {starter: {share: 0.1}}\n")
    monkeypatch.setenv("ATELIER_SERVICE", str(file))
    found = read_service_settings()
    assert (found.cache_mb, found.canary["starter"].share, found.canary["starter"].level) == (0, 0.1, 0.05)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cache: 1", "mine.yaml: cache is wrong (Extra inputs are not permitted): correct it."),
        ("canary: {starter: {share: 2}}", "mine.yaml: canary.starter.share is wrong (Input should be less than"),
        ("look_seconds: 60", "mine.yaml: look_seconds is wrong (Input should be less than or equal to 5)"),
        ("- 1", "mine.yaml holds a list"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "mine.yaml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_service_settings(tmp_path / "mine.yaml")
    assert str(caught.value).startswith(said)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nothing\.yaml is missing, expected the settings of the service"):
        read_service_settings(tmp_path / "nothing.yaml")
