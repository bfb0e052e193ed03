"""Flows: the tasks of the monitor: compare rows and outputs, keep the look, publish it."""
