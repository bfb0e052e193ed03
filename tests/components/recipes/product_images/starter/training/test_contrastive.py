"""Tests: the loss that matches pictures and captions."""

from components.recipes.product_images.starter.training.contrastive import matching_loss, target_cosines


def test_the_matching_loss_is_smallest_at_the_target_cosines() -> None:
    wanted = target_cosines(["Heels", "Heels", "Boots"], ["Red", "Blue", "Red"])
    assert wanted[0, 0] > wanted[0, 1] == wanted[0, 2] > wanted[1, 2] == 0
    assert matching_loss(wanted, wanted) < matching_loss(wanted.flip(0), wanted)
