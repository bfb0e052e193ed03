"""Tests: the training loop of the starter's parts."""

import torch

from components.recipes.product_images.starter.training.training_loop import TrainingLoop, seeded


def test_a_training_lowers_its_loss_and_the_seed_decides_the_initial_weights() -> None:
    lines: list[str] = []
    with seeded(3):
        model = torch.nn.Linear(4, 1)
    with seeded(3):
        assert torch.equal(model.weight, torch.nn.Linear(4, 1).weight)

    def loss_of_batch() -> torch.Tensor:
        loss: torch.Tensor = model(torch.ones(8, 4)).square().mean()
        return loss

    before = loss_of_batch().item()
    TrainingLoop("toy", 60, peak=0.1).run(model, loss_of_batch, lines.append)
    assert loss_of_batch().item() < 0.1 * before
    assert lines[0].startswith("toy step 0 of 60")


def test_seeding_leaves_the_global_generator_as_it_was() -> None:
    before = torch.get_rng_state()
    with seeded(1):
        torch.rand(3)
    assert torch.equal(before, torch.get_rng_state())
