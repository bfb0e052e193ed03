"""Tests: whatever a password is, it is not in the masked text, and what is no secret stays readable."""

import json
import re
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import URL

from components.core.errors import AtelierError, DataError
from components.core.masking import MASK, mask, mask_address, mask_values

MARK = "Zq7"  # in each password, so that it is found in a text by nothing else
SCHEMES = st.sampled_from(["http", "https", "postgresql", "postgresql+psycopg2", "mysql+pymysql", "s3", "redis"])
ANYTHING = st.text().map(lambda text: f"{MARK}{text}{MARK}")
WITHOUT_BLANKS = st.text(st.characters(exclude_categories=["Z", "C"])).map(lambda text: f"{MARK}{text}{MARK}")
TEMPLATES = st.sampled_from(
    [
        "{}",
        "MLflow does not answer at {}: start it.",
        "(psycopg2.OperationalError) connection to '{}' failed",
        'API request to {}/api/2.0 failed with "Max retries exceeded"',
        "{} and https://example.org/@ada, {}",
        "http://a:b@c then {}\nTraceback (most recent call last):\n  {}",
    ]
)


@given(SCHEMES, ANYTHING, TEMPLATES)
def test_an_encoded_password_is_never_shown(scheme: str, password: str, template: str) -> None:
    for encoded in (
        quote(password.encode("utf-8", "replace"), safe=""),
        quote_plus(password.encode("utf-8", "replace")),
    ):
        text = template.replace("{}", f"{scheme}://me:{encoded}@example.org:5432/db")
        assert MARK not in mask(text)
        assert "example.org:5432/db" in mask(text)


@given(ANYTHING)
def test_a_password_as_sqlalchemy_writes_it_is_never_shown(password: str) -> None:
    printable = password.encode("utf-8", "replace").decode()
    url = URL.create("postgresql", "me", printable, "example.org", 5432, "db").render_as_string(hide_password=False)
    assert MARK not in mask(f"cannot open {url}")


@given(SCHEMES, WITHOUT_BLANKS, TEMPLATES)
def test_a_password_that_nobody_encoded_is_not_shown_either(scheme: str, password: str, template: str) -> None:
    """It may contain `@`, `/`, `:`, quotes, and what looks like a scheme."""
    masked = mask(template.replace("{}", f"{scheme}://me:{password}@example.org/db"))
    assert password not in masked
    assert f"{MASK}@" in masked


@given(SCHEMES, ANYTHING)
def test_in_an_address_alone_the_password_may_contain_blanks(scheme: str, password: str) -> None:
    masked = mask_address(f"{scheme}://me:{password}@example.org/db")
    assert password not in masked
    assert masked.endswith(f"{MASK}@example.org/db")


@pytest.mark.parametrize(
    "name", ["password", "sslpassword", "token", "access_token", "api_key", "client_secret", "X-Amz-Signature", "PWD"]
)
@given(password=WITHOUT_BLANKS)
def test_a_secret_in_a_query_is_not_shown(name: str, password: str) -> None:
    masked = mask(f"GET http://example.org/a?page=2&{name}={quote(password, safe='')}&size=3 failed")
    assert MARK not in masked
    assert masked == f"GET http://example.org/a?page=2&{name}={MASK}&size=3 failed"


@pytest.mark.parametrize(
    "text",
    [
        f"host=h user=u password={MARK} dbname=d",
        f"host=h password='{MARK} {MARK}'",
        f"MLFLOW_TRACKING_TOKEN={MARK}",
        f"Authorization: Basic {MARK}==",
        f"{{'Authorization': 'Bearer {MARK}'}}",
        f"connect(user='u', password='{MARK}')",
        f'{{"user": "u", "password": "{MARK}"}}',
        f"https://{MARK}@github.com/x.git",
    ],
)
def test_a_secret_outside_of_an_address_is_not_shown(text: str) -> None:
    assert MARK not in mask(text)
    assert MASK in mask(text)


@pytest.mark.parametrize(
    "text",
    [
        "MLflow does not answer at http://127.0.0.1:5000/#/experiments/1",
        "sqlite:////home/ada@work/.atelier/mlflow.db",
        "file:///home/ada@work/x.png",
        "http://[::1]:5000/x",
        "https://example.org/@ada and ada@example.org",
        "password authentication failed for user 'me'",
        "tokenizer=clip, tokens=77, train.steps=200",
        "the secret: none",
        "step 300 at 12:30, KID 0.39 (0.3 to 0.5) @ 64 px",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert mask(text) == text
    assert mask_address(text) == text


@given(st.text())
def test_masking_twice_changes_nothing(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(st.text(st.sampled_from("a:/@?&=.' \n")))
def test_masking_twice_changes_nothing_in_what_looks_like_addresses(text: str) -> None:
    assert mask(mask(text)) == mask(text)
    assert not re.search(r"://[^\s/:@]*:[^\s/@]+@", mask(text).replace(MASK, ""))


def test_values_of_json_are_masked_at_every_depth() -> None:
    address = f"http://me:{MARK}@h"
    found = {"a": [address, 1, None, {"b": (address, True)}], "c": 0.5}
    assert mask_values(found) == {"a": ["http://***@h", 1, None, {"b": ["http://***@h", True]}], "c": 0.5}
    assert MARK not in json.dumps(mask_values(found))


def test_every_error_of_ours_is_masked() -> None:
    address = f"postgresql://me:{MARK}@h/db"
    for error in (AtelierError(address), DataError("x", expected=address, act=address)):
        assert MARK not in str(error) + repr(error)
