"""Flows: the commands of the command line, one file a subject. flows/cli.py registers them."""
