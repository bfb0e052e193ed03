"""Benchmarks: proves on one machine that a model goes from a catalogue to production (`make prove`)."""
