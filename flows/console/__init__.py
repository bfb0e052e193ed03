"""Flows: prints progress, tables and sentences in the terminal."""
