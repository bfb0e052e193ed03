"""Tests: a key is shown once, found by its text alone, and can be made invalid."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from components.core.errors import UsageError
from registry.database import engine
from registry.service_keys import all_keys, find_key, make_key, revoke_key
from registry.settings import settings as our_settings
from registry.tables import SERVICE_KEYS


def test_a_key_is_found_by_its_text_and_its_secret_is_not_kept(bare_home: Path) -> None:
    key = make_key("shop", quota=100, rate=60)
    found = find_key(key)
    assert found is not None
    assert (found.name, found.quota, found.rate, found.valid) == ("shop", 100, 60, True)
    with engine(our_settings().database_url).connect() as connection:
        row = connection.execute(select(SERVICE_KEYS)).mappings().one()
    assert key.rpartition("_")[2] not in str(dict(row))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(data=st.data())
def test_a_key_with_any_other_character_is_none(bare_home: Path, data: st.DataObject) -> None:
    key = make_key(f"shop {len(all_keys())}")
    place = data.draw(st.integers(0, len(key) - 1))
    letter = data.draw(st.sampled_from("0123456789abcdefx_ \0ä").filter(lambda letter: letter != key[place]))
    assert find_key(key[:place] + letter + key[place + 1 :]) is None


def test_a_revoked_key_is_none_and_its_name_is_not_used_again(bare_home: Path) -> None:
    key = make_key("shop")
    revoke_key("shop")
    assert find_key(key) is None
    assert [found.valid for found in all_keys()] == [False]
    with pytest.raises(UsageError, match=r"No valid key is called 'shop'\. Valid keys: none\."):
        revoke_key("shop")
    with pytest.raises(UsageError, match="A key is called 'shop' already"):
        make_key("shop")


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 81, "-"])
def test_a_name_is_a_name(bare_home: Path, name: str) -> None:
    with pytest.raises(UsageError, match="A key cannot be called"):
        make_key(name)
