"""Benchmarks / replay: a simulated year of one model: monitored, retrained, promoted. `make replay` writes its page."""
