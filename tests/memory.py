"""How much memory a process has held at most."""

from __future__ import annotations

from pathlib import Path


def peak_bytes() -> int:
    """The most memory this process has held, in bytes.

    From /proc, since what getrusage tells includes the process that started this one.
    """
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("/proc/self/status names no VmHWM")
