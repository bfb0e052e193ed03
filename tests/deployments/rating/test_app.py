"""Tests: the page saves answers, continues where a rater stopped, and never reveals a picture's subject."""

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from components.recipes.product_images.rated import RATED
from deployments.rating.app import PAGE
from deployments.rating.exhibition import ItemSet
from registry.ratings import ratings
from tests.deployments.rating.conftest import MODEL, SNAPSHOT, STEPS

QUESTIONS = RATED.questions
AS_JSON = {"Content-Type": "application/json"}


def session(page: TestClient, rater: str = "ada") -> dict[str, Any]:
    found: dict[str, Any] = page.get("/session", params={"rater": rater}).json()
    return found


def post_answer(page: TestClient, token: str, **changed: Any) -> int:
    given = {"rater": "ada", "token": token, "question": "realism", "score": 4, **changed}
    return page.post("/answers", json=given).status_code


def test_an_answer_is_saved_with_the_subject_which_the_page_does_not_know(
    page: TestClient, picture_set: ItemSet
) -> None:
    token = session(page)["items"][0]["token"]
    assert post_answer(page, token, score=5) == 204
    (kept,) = ratings(MODEL)
    (shown,) = (shown for shown in picture_set.items if shown.token == token)
    assert (kept.digest, kept.item) == (shown.digest, shown.item)
    assert (kept.snapshot, kept.rater, kept.question, kept.score) == (SNAPSHOT, "ada", "realism", 5)


def test_a_rater_who_comes_back_gets_the_same_order_and_the_earlier_answers(page: TestClient) -> None:
    pictures = session(page)["items"]
    for question in QUESTIONS:
        post_answer(page, pictures[0]["token"], question=question, score=2)
    post_answer(page, pictures[1]["token"], score=1)
    post_answer(page, pictures[1]["token"], score=3)
    again = session(page)["items"]
    assert [picture["token"] for picture in again] == [picture["token"] for picture in pictures]
    assert [picture["answers"] for picture in again[:3]] == [dict.fromkeys(QUESTIONS, 2), {"realism": 3}, {}]


def test_raters_do_not_see_each_others_answers(page: TestClient) -> None:
    assert post_answer(page, session(page)["items"][0]["token"]) == 204
    assert [picture["answers"] for picture in session(page)["items"]].count({"realism": 4}) == 1
    assert {str(picture["answers"]) for picture in session(page, "bob")["items"]} == {"{}"}


@pytest.mark.parametrize(("typed", "kept"), [("", "anonymous"), ("  Ada  Lovelace ", "ada lovelace")])
def test_capitals_and_blanks_of_a_phone_keyboard_do_not_change_a_name(page: TestClient, typed: str, kept: str) -> None:
    assert session(page, typed)["rater"] == kept
    post_answer(page, session(page)["items"][0]["token"], rater=typed)
    assert [rating.rater for rating in ratings(MODEL)] == [kept]


@pytest.mark.parametrize(
    "wrong", [{"score": 0}, {"score": 6}, {"score": 3.5}, {"score": "4"}, {"question": "beauty"}, {"rater": "a" * 81}]
)
def test_an_invalid_answer_is_refused(page: TestClient, wrong: dict[str, Any]) -> None:
    assert post_answer(page, session(page)["items"][0]["token"], **wrong) == 422
    assert ratings(MODEL) == []


def test_a_picture_of_an_earlier_start_is_refused_with_a_message(page: TestClient) -> None:
    given = {"rater": "ada", "token": "0" * 32, "question": "realism", "score": 4}
    answered = page.post("/answers", json=given)
    assert (answered.status_code, answered.json()["detail"]) == (
        404,
        "The page was started again with new pictures: load it again.",
    )
    assert page.get(f"/items/{'0' * 32}").status_code == 404


def test_a_rater_sees_the_error_of_a_failing_database(page: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    token = session(page)["items"][0]["token"]
    monkeypatch.setenv("ATELIER_DATABASE_URL", "nonsense")
    answered = page.post("/answers", json={"rater": "ada", "token": token, "question": "realism", "score": 4})
    assert answered.status_code == 503
    assert "ATELIER_DATABASE_URL cannot be opened" in answered.json()["detail"]


def test_no_response_of_the_page_reveals_a_subject(page: TestClient, picture_set: ItemSet) -> None:
    pictures = session(page)["items"]
    answers = [page.get(path) for path in ("/", "/page.css", "/page.js", "/session?rater=ada")]
    answers += [page.get(f"/items/{picture['token']}") for picture in pictures]
    content = b"\n".join(bytes(str(answer.headers), "utf-8") + answer.content for answer in answers)
    for shown in picture_set.items:
        content = content.replace(shown.token.encode(), b"")  # random, so that it may contain any text
    secrets = [str(step) for step in STEPS.values() if step] + [digest for digest in STEPS if len(digest) == 12]
    secrets += [shown.item for shown in picture_set.items] + [".png", "prompt"]
    assert [secret for secret in secrets if secret.encode() in content] == []
    assert {tuple(picture) for picture in pictures} == {("token", "answers")}


def test_no_word_but_those_of_the_questions_says_what_is_real(page: TestClient) -> None:
    found = session(page)
    assert not re.search(r"\b(real|base|step|checkpoint)\b", str(found["items"]))
    assert [question["name"] for question in found["questions"]] == list(QUESTIONS)
    assert "casual shoes" in found["questions"][1]["text"]


def test_served_pictures_differ_in_their_pixels_only(page: TestClient) -> None:
    """Their files have two sizes, and metadata that names the subject."""
    shown = [page.get(f"/items/{picture['token']}") for picture in session(page)["items"]]
    headers = {str({**answer.headers, "content-length": ""}) for answer in shown}
    assert len(headers) == 1
    assert "etag" not in headers.pop()
    for answer in shown:
        with Image.open(BytesIO(answer.content)) as picture:
            assert (picture.format, picture.mode, picture.size, picture.info) == ("PNG", "RGB", (32, 32), {})


def test_subjects_are_mixed(page: TestClient, picture_set: ItemSet) -> None:
    digests = {shown.token: shown.digest for shown in picture_set.items}
    order = [digests[picture["token"]] for picture in session(page)["items"]]
    assert order != sorted(order, key=list(STEPS).index)
    assert order != sorted(order)


def test_the_page_needs_nothing_from_elsewhere(page: TestClient) -> None:
    assert "default-src 'none'" in page.get("/").headers["content-security-policy"]
    text = "".join(path.read_text(encoding="utf-8") for path in PAGE.iterdir())
    assert "//" not in re.sub(r"^// .*$|/\* .* \*/| // .*$", "", text, flags=re.MULTILINE)


def test_a_page_of_another_host_can_neither_read_nor_answer(page: TestClient) -> None:
    token = session(page)["items"][0]["token"]
    assert page.get("/session", headers={"Host": "elsewhere.example"}).status_code == 400
    body = f'{{"rater": "ada", "token": "{token}", "question": "realism", "score": 1}}'
    assert page.post("/answers", content=body, headers={"Content-Type": "text/plain"}).status_code == 422
    assert ratings(MODEL) == []


def test_fastapis_own_pages_are_closed(page: TestClient) -> None:
    assert {page.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json")} == {404}


def test_every_file_and_element_that_the_page_uses_exists(page: TestClient) -> None:
    html = page.get("/").text
    files = re.findall(r'(?:href|src)="([a-z.]+)"', html)
    assert {name: page.get(f"/{name}").status_code for name in files} == {"page.css": 200, "page.js": 200}
    wanted = set(re.findall(r'byId\("([a-z]+)"\)', page.get("/page.js").text))
    assert wanted
    assert wanted <= set(re.findall(r'id="([a-z]+)"', html))


def test_the_files_of_the_page_are_here() -> None:
    assert {path.name for path in Path(PAGE).iterdir()} == {"index.html", "page.css", "page.js"}


def test_a_foreign_page_cannot_answer(page: TestClient) -> None:
    given = {"rater": "ada", "token": session(page)["items"][0]["token"], "question": "realism", "score": 1}
    for headers in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert page.post("/answers", json=given, headers=headers).status_code == 403
    assert ratings(MODEL) == []
    assert page.post("/answers", json=given, headers={"Origin": "http://127.0.0.1:5100"}).status_code == 204


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec=None)), inner, max_size=3),
    max_leaves=8,
)


@given(
    rater=JSON, question=JSON, score=JSON, more=st.dictionaries(st.text(st.characters(codec=None)), JSON, max_size=2)
)
@example(rater="\ud800", question="realism", score=3, more={})
@example(rater="a\0b", question="realism", score=3, more={})
@example(rater="ada", question="realism", score=float("nan"), more={})
@example(rater="ada", question="realism", score=3, more={"\udfff": 1})
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_answer_makes_the_page_fail(page: TestClient, rater: Any, question: Any, score: Any, more: Any) -> None:
    token = session(page)["items"][0]["token"]
    body = json.dumps({"rater": rater, "token": token, "question": question, "score": score, **more})
    assert page.post("/answers", content=body, headers=AS_JSON).status_code in {204, 404, 422}


@given(st.binary())
@example(b"[" * 100_000)
@example(b'{"score": ' + b"9" * 5000 + b"}")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_body_makes_the_page_fail(page: TestClient, body: bytes) -> None:
    assert 400 <= page.post("/answers", content=body, headers=AS_JSON).status_code < 500
