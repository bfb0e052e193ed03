"""Benchmarks: a training step, as users write it and as the product takes it, on the same batches."""
