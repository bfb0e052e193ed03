"""Tests: the cache keeps the newest responses up to its size, by version and request."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from deployments.service.cache import Kept, ResponseCache, request_key, version_digest
from registry.loaded import Loaded
from tests.registry.toy_recipe import toy_config
from tests.toys import Grams, Kind, Sorter

LOADED = Loaded(Sorter(80.0), {"model": "toy", "version": "1", "weights": "a"}, toy_config())


def kept(size: int) -> Kept:
    return Kept(Kind(kind="plum"), b"x" * size)


def test_the_least_used_response_is_dropped_first() -> None:
    cache = ResponseCache(10)
    for name in ("a", "b"):
        cache.put(name, kept(5))
    assert cache.get("a")
    cache.put("c", kept(5))
    assert [name for name in ("a", "b", "c") if cache.get(name)] == ["a", "c"]


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.integers(0, 12)), max_size=40))
def test_it_never_holds_more_than_its_size_and_counts_right(puts: list[tuple[str, int]]) -> None:
    cache = ResponseCache(10)
    for name, size in puts:
        cache.put(name, kept(size))
        assert cache.bytes == sum(len(found.body) for each in "abcdef" if (found := cache.get(each))) <= 10


def test_the_name_of_a_response_differs_by_weights_settings_and_request() -> None:
    version = version_digest(LOADED)
    others = [
        replace(LOADED, origin={**LOADED.origin, "weights": "b"}),
        replace(LOADED, config=LOADED.config.model_copy(update={"seed": 2})),
    ]
    assert len({version, *map(version_digest, others)}) == 3
    assert request_key(version, Grams(grams=1)) != request_key(version, Grams(grams=2))
    assert request_key(version, Grams(grams=1)) == request_key(version, Grams.model_validate_json('{"grams": 1.0}'))
