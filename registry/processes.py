"""Registry: names a process so that others can tell whether it still runs: its machine, its id, and when it began."""

import os
import socket
import uuid
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

BOOT, NAMESPACE = Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")  # Linux
SAME_BEGIN_SECONDS = 3.0  # psutil computes a begin from the boot's time, which a correction of the clock moves


@dataclass(frozen=True, slots=True)
class ProcessName:
    """A process. Its id alone is not enough: another process has it after a reboot, or in another container."""

    machine: str
    pid: int
    born: float  # seconds since 1970

    def __str__(self) -> str:
        return f"process {self.pid} on {self.machine.split(' ')[0]}"

    @property
    def is_of_this_machine(self) -> bool:
        return self.machine == this_machine()

    @property
    def runs(self) -> bool:
        """Tell whether it runs, if it is of this machine. A suspended process runs, a zombie does not."""
        try:
            process = psutil.Process(self.pid)
            same: bool = abs(process.create_time() - self.born) < SAME_BEGIN_SECONDS
            return same and str(process.status()) != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return True


def this_process() -> ProcessName:
    return ProcessName(this_machine(), os.getpid(), psutil.Process().create_time())


@cache
def this_machine() -> str:
    """Return the host's name, its boot, and the space in which its process ids are counted (a container has its own).

    Two processes with the same value can look at each other.
    """
    boot = BOOT.read_text().strip() if BOOT.is_file() else f"{uuid.getnode():x}"
    try:
        space = str(NAMESPACE.readlink())
    except OSError:
        space = ""
    return f"{socket.gethostname()} {boot} {space}".strip()
