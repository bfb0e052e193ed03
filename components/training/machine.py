"""Training: the kind of machine that computes, on which the last bits of an output depend."""

import platform

import torch


def machine(device: torch.device) -> str:
    """Return what the last bits of an output depend on: the chip, its instruction set, and torch's version."""
    cuda = device.type == "cuda"
    chip = torch.cuda.get_device_name(device) if cuda else str(torch.backends.cpu.get_cpu_capability())
    return f"{platform.machine()}, {device.type} {chip}, torch {torch.__version__}"
