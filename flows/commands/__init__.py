"""Flows: the commands of the command line by subject; flows/cli.py puts them together."""
