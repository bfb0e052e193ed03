"""Tests: as many defects are planted as are declared."""

from components.data.drawn_catalogue.planted import COUNTS, OTHER_IDS, PLANTED, UNSEEN_IDS


def test_each_defect_has_the_declared_number_of_products_of_both_kinds() -> None:
    for name, (unseen, other) in COUNTS.items():
        ids = PLANTED[name]
        assert sum(product in UNSEEN_IDS for product in ids) == unseen
        assert sum(product in OTHER_IDS for product in ids) == other
    assert all(PLANTED.values())  # other tests loop over the products of a defect
    everything = [product for ids in PLANTED.values() for product in ids]
    assert len(everything) == len(set(everything))
