"""Tests: `prefect deploy --all` in a process that knows the toy recipe."""

import sys

from prefect.cli import app

from components.recipes import RECIPES

if __name__ == "__main__":
    RECIPES["toy"] = "tests.toys"
    sys.argv[1:] = ["--no-prompt", "deploy", "--all", "--prefect-file", sys.argv[1]]
    app()
