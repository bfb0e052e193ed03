"""Tests: the loss that pictures and captions are matched by."""

from components.recipes.product_images.starter.training.contrastive import agreement, matching_loss


def test_matching_is_cheapest_where_the_cosines_are_as_wanted() -> None:
    wanted = agreement(["Heels", "Heels", "Boots"], ["Red", "Blue", "Red"])
    assert wanted[0, 0] > wanted[0, 1] == wanted[0, 2] > wanted[1, 2] == 0
    assert matching_loss(wanted, wanted) < matching_loss(wanted.flip(0), wanted)
