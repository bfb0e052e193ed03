"""Tests: the page's files are served with a strict policy, name only files of their own, and work in a browser."""

import asyncio
import re
import shutil
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from deployments.service.page_files import FILES, PAGE, add_page
from tests.deployments.service.page_in_chromium import visit_toys


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    add_page(app)
    return TestClient(app)


def test_each_file_is_served_and_scripts_run_from_here_alone(client: TestClient) -> None:
    for address, name in FILES:
        response = client.get(address)
        assert response.content == (PAGE / name).read_bytes()
        assert "default-src 'none'; script-src 'self'" in response.headers["content-security-policy"]
    assert {name for _, name in FILES} == {path.name for path in PAGE.iterdir()}


def test_the_files_load_nothing_from_elsewhere_and_only_what_exists() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in PAGE.iterdir()}
    assert not re.findall(r"https?://|//cdn|@import|innerHTML|eval\(", "\n".join(texts.values()))
    imported = set(re.findall(r'from "\./([a-z.]+)"', "\n".join(texts.values())))
    assert imported <= texts.keys()
    known = set(re.findall(r'id="([a-z-]+)"', texts["index.html"])) | set(
        re.findall(r'id: "([a-z-]+)"', texts["review.js"])
    )
    assert set(re.findall(r'find\("([a-z-]+)"\)', "\n".join(texts.values()))) <= known


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed")
def test_a_person_can_generate_change_compare_and_review_at_two_widths(tmp_path: Path) -> None:
    assert asyncio.run(visit_toys(tmp_path, None)) == []
