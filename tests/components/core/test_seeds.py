"""Tests: a seed depends on its parts, their order and their types only."""

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from components.core.seeds import derive_seed
from tests import ROOT

parts = st.lists(st.integers() | st.text(), min_size=1)


def test_a_seed_never_changes() -> None:
    assert derive_seed(42, "noise", 7) == 6313569964933176153


def test_a_seed_is_the_same_in_every_process() -> None:
    code = "from components.core.seeds import derive_seed; print(derive_seed(42, 'noise', 7))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) == derive_seed(42, "noise", 7)


@given(parts)
def test_a_seed_fits_any_generator(values: list[int | str]) -> None:
    assert 0 <= derive_seed(*values) < 2**63


@given(parts, parts)
def test_different_parts_give_different_seeds(first: list[int | str], second: list[int | str]) -> None:
    assert (derive_seed(*first) == derive_seed(*second)) == (first == second)


def test_the_type_and_the_order_of_parts_matter() -> None:
    assert len({derive_seed(1, 2), derive_seed(2, 1), derive_seed("1", 2), derive_seed("12"), derive_seed(12)}) == 5
