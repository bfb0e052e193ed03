"""Tests: a process is told from another one that got its id, and a zombie from a living one."""

import signal
import subprocess
import sys
from dataclasses import replace

import psutil
import pytest

from registry.processes import ProcessName, this_machine, this_process


@pytest.fixture
def child() -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])


def name_of(process: "subprocess.Popen[bytes]") -> ProcessName:
    return ProcessName(this_machine(), process.pid, psutil.Process(process.pid).create_time())


def test_this_process_runs_and_its_name_says_where() -> None:
    assert this_process().runs
    assert this_process().is_of_this_machine
    assert str(replace(this_process(), pid=12)) == f"process 12 on {this_machine().split(' ')[0]}"


def test_a_killed_process_runs_no_more_even_before_its_parent_looks_at_it(child: "subprocess.Popen[bytes]") -> None:
    named = name_of(child)
    child.send_signal(signal.SIGSTOP)
    assert named.runs  # it is only suspended
    child.kill()
    while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE:
        pass
    assert not named.runs
    child.wait()
    assert not named.runs


def test_another_process_with_the_same_id_is_another_process() -> None:
    assert not replace(this_process(), born=this_process().born - 60).runs


def test_a_process_after_a_reboot_or_in_another_container_is_of_another_machine() -> None:
    assert not replace(this_process(), machine=f"{this_machine()} other").is_of_this_machine
