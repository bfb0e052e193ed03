"""Tests: a program that makes a batch of toys and exports it, for tests that kill it."""

import sys
import time
from pathlib import Path

from components.products.batch import make_batch
from components.products.export.write import write_export
from components.products.report import report_of
from components.products.sign import signer
from tests.components.products.toys import ShapesToy, line

SLOW = 0.005  # seconds a product, so that a kill finds it at work

if __name__ == "__main__":  # folder, number of products
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    toys = line(folder / "store", ShapesToy(bad=3, kinds=400))
    batch = make_batch(toys, [{}] * count, 0, lambda done, total: time.sleep(SLOW))
    facts = {"options": {"count": count}, "report": report_of(batch, toys.settings.checks.near_duplicate_bits)}
    write_export(folder / "out", batch.products, toys.settings, signer(None, "", Path()), facts)
