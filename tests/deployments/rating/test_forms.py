"""Tests: texts are rated as pictures are, beside the attributes of their product, and without a word on who wrote."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from components.core.errors import UsageError
from components.core.files import digest_of, file_digest
from components.recipes.product_descriptions.rated import RATED
from deployments.rating.app import create_app
from deployments.rating.exhibition import choose_items, read_index
from deployments.rating.rated_model import rated_model
from deployments.rating.results import results, show
from registry.ratings import ratings

MODEL, SNAPSHOT, EACH = "descriptions-starter", "s2", 3
STEPS = {"real": None, "base": 0, "c0ffee123456": 31007}
ABOUT = [{"articleType": "Casual Shoes", "baseColour": colour} for colour in ("Red", "Navy Blue", "White")]


@pytest.fixture
def reports(bare_home: Path) -> Path:
    folder = bare_home / "reports" / MODEL / RATED.folder
    subjects = {}
    for digest, step in STEPS.items():
        (folder / digest).mkdir(parents=True)
        files = []
        for number, about in enumerate(ABOUT):
            path = folder / digest / f"{number:03d}.txt"
            path.write_text(f"  Text  {number} of\t{about['baseColour']} shoes.\n\n\nSoft <b>sole</b>. \n")
            files.append({"file": path.name, "sha256": file_digest(path), "about": about})
        subjects[digest] = {"step": step, "files": files}
    found = {"model": MODEL, "snapshot": SNAPSHOT, "subjects": subjects}
    (folder / "index.json").write_text(json.dumps({**found, "seal": digest_of(found)}))
    return bare_home / "reports"


@pytest.fixture
def page(reports: Path) -> TestClient:
    chosen = choose_items(reports, RATED, "casual shoes", read_index(reports, MODEL, RATED), EACH)
    return TestClient(create_app(chosen), base_url="http://127.0.0.1:5100")


def test_a_text_is_shown_beside_the_attributes_that_all_subjects_have(page: TestClient) -> None:
    found = page.get("/session", params={"rater": "ada"}).json()

    assert (found["form"], found["noun"], len(found["items"])) == ("text", "description", 9)
    assert [question["name"] for question in found["questions"]] == list(RATED.questions)
    assert sorted(str(item["about"]) for item in found["items"]) == sorted(str(about) for about in 3 * ABOUT)


def test_the_page_gets_words_alone_and_as_text(page: TestClient) -> None:
    item = page.get("/session", params={"rater": "ada"}).json()["items"][0]

    answered = page.get(f"/items/{item['token']}")
    assert answered.headers["content-type"] == "text/plain; charset=utf-8"
    assert answered.headers["x-content-type-options"] == "nosniff"
    assert answered.text.endswith(f"of {item['about']['baseColour']} shoes.\nSoft <b>sole</b>.")
    assert not answered.text.startswith(" ")


def test_nothing_that_the_page_gets_tells_who_wrote_a_text(page: TestClient) -> None:
    items = page.get("/session", params={"rater": "ada"}).json()["items"]
    content = "".join(page.get(f"/items/{item['token']}").text for item in items) + page.get("/").text

    assert {tuple(item) for item in items} == {("token", "answers", "about")}
    assert not [secret for secret in ("c0ffee", "31007", "base", "checkpoint", ".txt") if secret in content]
    assert "descriptions by people and by models" in content


def test_answers_to_the_questions_about_texts_are_kept_and_those_about_pictures_are_refused(page: TestClient) -> None:
    token = page.get("/session", params={"rater": "ada"}).json()["items"][0]["token"]

    def answer(question: str) -> int:
        given = {"rater": "ada", "token": token, "question": question, "score": 4}
        return page.post("/answers", json=given).status_code

    assert [answer(question) for question in RATED.questions] == [204] * 3
    assert answer("realism") == 422
    assert {rating.question for rating in ratings(MODEL)} == set(RATED.questions)


def test_the_results_speak_of_descriptions(reports: Path, page: TestClient, capsys: pytest.CaptureFixture[str]) -> None:
    show(MODEL, as_json=False)
    assert f"These descriptions have no ratings yet: `python -m flows rate {MODEL}`" in capsys.readouterr().out
    for item in page.get("/session", params={"rater": "ada"}).json()["items"]:
        given = {"rater": "ada", "token": item["token"], "question": "would_publish", "score": 2}
        page.post("/answers", json=given)

    rows = results(reports, RATED, read_index(reports, MODEL, RATED))["rows"]

    assert [(row["digest"], row["question"], row["mean"], row["n"]) for row in rows] == [
        (digest, "would_publish", 2.0, 3) for digest in STEPS
    ]


def test_a_model_of_which_people_rate_nothing_is_named(bare_home: Path) -> None:
    with pytest.raises(UsageError, match=r"People rate nothing that demand-starter makes \(its recipe is demand\)"):
        rated_model("demand-starter")
