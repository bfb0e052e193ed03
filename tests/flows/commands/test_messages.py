"""Tests: errors of memory, disks and rights are sentences that say what to do."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from components.core.errors import DataError
from flows.commands.messages import sentence
from tests import ROOT

TOO_LARGE = """
import contextlib, resource
import torch, typer
from components.core.strict import Strict
from flows.commands.common import exit_on_error
from flows.commands.messages import explained_memory

class Train(Strict):
    batch: int = 16

class Sampling(Strict):
    batch: int = 32

class Config(Strict):
    train: Train = Train()
    sampling: Sampling = Sampling()
    seed: int = 1

resource.setrlimit(resource.RLIMIT_AS, (4_000_000_000, 4_000_000_000))
with contextlib.suppress(typer.Exit), exit_on_error(False), explained_memory(Config()):
    torch.zeros(2_000_000_000)
"""


def test_a_training_without_memory_names_the_batch_sizes_to_lower() -> None:
    done = subprocess.run([sys.executable, "-c", TOO_LARGE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stderr.startswith("Error: The memory does not suffice (")
    assert done.stderr.endswith(": lower train.batch (now 16) or sampling.batch (now 32), or end other programs.\n")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "The disk is full at /x/y: free some space"),
        (errno.EACCES, "/x/y may not be read or written by this user (Permission denied)"),
        (errno.EROFS, "/x/y may not be read or written by this user (Read-only file system)"),
        (errno.EMFILE, "Too many files are open at /x/y"),
    ],
)
def test_an_error_of_the_disk_says_where_and_what_to_do(number: int, words: str) -> None:
    assert sentence(OSError(number, os.strerror(number), "/x/y"), None).startswith(words)


def test_an_error_of_ours_is_its_own_sentence_and_another_names_the_log() -> None:
    assert (
        sentence(DataError("The split has 3 examples", act="add rows"), None) == "The split has 3 examples: add rows."
    )
    assert sentence(KeyError("a\nb"), Path("/x.log")) == "KeyError: 'a\\nb' (the traceback is in /x.log)"
    assert sentence(ValueError("a\nb"), None) == "ValueError: a b (--debug shows the traceback)"
