"""components / product images / starter / training: a training loop with its optimizer and its seed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.optim.lr_scheduler import OneCycleLR

Log = Callable[[str], None]


@dataclass(frozen=True)
class TrainingLoop:
    """A training with AdamW and a one-cycle learning rate: `peak` after 5 % of the steps, then a cosine to almost 0."""

    name: str
    steps: int
    peak: float
    decay: float = 1e-3

    def run(
        self,
        model: torch.nn.Module,
        loss_of_batch: Callable[[], Tensor],
        log: Log,
        after_step: Callable[[int], None] = lambda step: None,
    ) -> None:
        """Train the model in place; every 100 steps log the running mean of the loss."""
        optimiser = torch.optim.AdamW(model.parameters(), lr=self.peak, betas=(0.9, 0.99), weight_decay=self.decay)
        rate = OneCycleLR(optimiser, self.peak, total_steps=self.steps + 1, pct_start=0.05, final_div_factor=50.0)
        running = 0.0
        for step in range(self.steps):
            loss = loss_of_batch()
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            rate.step()
            after_step(step)
            running += max(0.02, 1.0 / (step + 1)) * (loss.item() - running)
            if step % 100 == 0 or step == self.steps - 1:
                log(f"{self.name} step {step} of {self.steps}: loss {running:.4f}")


@contextmanager
def seeded(seed: int) -> Iterator[torch.Generator]:
    """Yield a generator for the batches; layers created inside get initial weights that depend on the seed.

    Layers use only torch's global generator, which is seeded here and restored afterwards.
    """
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        yield torch.Generator().manual_seed(seed)
