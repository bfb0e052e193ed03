"""Flows: the Prefect flows and the command line. No other room imports Prefect. `atelier --help` lists the commands."""
