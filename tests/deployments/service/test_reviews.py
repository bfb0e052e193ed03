"""Tests: people review products; what they approve is exported, and nothing that they decided is lost."""

import io
import json
import zipfile
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.deployments.service.test_products import client, made, toy_line

__all__ = ["client", "toy_line"]

LINE = "/product-lines/toys"


def review(client: TestClient, product: str, **fields: Any) -> Any:
    return client.post(f"{LINE}/products/{product}/reviews", json=fields)


def test_reviews_are_kept_with_who_when_and_why(client: TestClient) -> None:
    first, second, third = (product["id"] for product in made(client, num_samples=3)["products"])
    assert review(client, first, action="approve", by=" Ada  L. ").json()["state"] == "approved"
    found = review(client, second, action="reject", by="Ada", reason="No sole.").json()
    assert (found["state"], found["reviews"][0]["reason"], found["reviews"][0]["by"]) == ("rejected", "No sole.", "Ada")
    assert found["reviews"][0]["time"] > 1e9
    listed = client.get(f"{LINE}/products?state=open").json()
    assert ([product["id"] for product in listed["products"]], listed["counts"]) == (
        [third],
        {"open": 1, "approved": 1, "rejected": 1},
    )
    assert review(client, second, action="approve", by="Bo").json()["state"] == "approved"  # the newest one counts
    assert len(client.get(f"{LINE}/products/{second}").json()["reviews"]) == 2


def test_an_edited_text_is_shown_and_exported_with_its_origin(client: TestClient) -> None:
    first, second = (product["id"] for product in made(client, num_samples=2)["products"])
    review(client, first, action="edit", by="Ada", text="A better text.")
    review(client, first, action="approve", by="Ada")
    assert client.get(f"{LINE}/products/{first}").json()["description"] == "A better text."
    with zipfile.ZipFile(io.BytesIO(client.get(f"{LINE}/approved.zip").content)) as archive:
        index = json.loads(archive.read("toys/products.json"))
        names = archive.namelist()
    assert [product["description"] for product in index["products"]] == ["A better text."]
    assert index["products"][0]["provenance"]["edited"]["by"] == "Ada"
    assert f"toys/pictures/{first}.png" in names
    assert f"toys/pictures/{second}.png" not in names


def test_rejections_are_counted_by_attribute(client: TestClient) -> None:
    for colour, action in (("Red", "reject"), ("Blue", "approve")):
        (product,) = made(client, constraints={"color": colour})["products"]
        review(client, product["id"], action=action, by="Ada", reason="No.")
    found = client.get(f"{LINE}/rejections").json()["by"]["baseColour"]
    assert found == {"Red": {"decided": 1, "rejected": 1}, "Blue": {"decided": 1, "rejected": 0}}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"action": "approve"}, "The review names nobody, expected who made it."),
        ({"action": "reject", "by": "Ada", "reason": " "}, "The rejection has no reason"),
        ({"action": "edit", "by": "Ada"}, "The edit has no text"),
        ({"action": "burn", "by": "Ada"}, "'approve', 'reject' or 'edit'"),
        ({"action": "approve", "by": "x" * 300}, "at most 200 characters"),
    ],
)
def test_an_incomplete_review_is_refused_in_one_sentence(client: TestClient, fields: dict[str, Any], said: str) -> None:
    (product,) = made(client)["products"]
    response = review(client, product["id"], **fields)
    assert (response.status_code, said in response.json()["detail"]) == (422, True), response.text
    assert client.get(f"{LINE}/products/{product['id']}").json()["reviews"] == []


def test_what_is_not_there_is_not_found(client: TestClient) -> None:
    assert client.get(f"{LINE}/products/0123456789ab/picture.png").status_code == 404
    assert client.get(f"{LINE}/products/..%2f..%2fatelier.db").status_code == 404
    assert client.get(f"{LINE}/approved.zip").json()["detail"] == (
        "No product of toys is approved yet, expected one at least: approve some."
    )
