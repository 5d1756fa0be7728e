"""Memory and processor time of the server's process, as Linux counts them."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path

_PAUSE_SECONDS = 0.25


@dataclass
class ServerUse:
    """A process that is watched.

    Attributes
    ----------
    pid : int
    peak_mb : float
        Highest resident memory that was seen.
    """

    pid: int
    peak_mb: float = 0.0

    def resident_mb(self) -> float:
        """Resident memory now, in MB (10^6 bytes)."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                mb = int(line.split()[1]) * 1024 / 1e6
                self.peak_mb = max(self.peak_mb, mb)
                return mb
        raise RuntimeError("the server is gone")

    def cpu_seconds(self) -> float:
        """Processor time used so far, of all threads; proc(5), fields 14 and 15 of stat."""
        # The name in parentheses may hold spaces.
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    async def watch(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            self.resident_mb()
            await asyncio.sleep(_PAUSE_SECONDS)
