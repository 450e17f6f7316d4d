"""计量: CPU seconds of this process and of every process of the database below a postmaster."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Cpu:
    """CPU seconds used up to a moment."""

    app: float
    database: float

    @classmethod
    def now(cls, postmaster: int) -> "Cpu":
        return cls(time.process_time(), database_seconds(postmaster))

    def since(self, before: "Cpu") -> "Cpu":
        return Cpu(self.app - before.app, self.database - before.database)

    @property
    def both(self) -> float:
        return self.app + self.database


def database_seconds(postmaster: int) -> float:
    """User and system time of the postmaster, its living children, and those it has buried."""
    total = 0
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            fields = stat_of(place)
            if fields and (int(place.name) == postmaster or int(fields[1]) == postmaster):
                total += int(fields[11]) + int(fields[12])
                if int(place.name) == postmaster:
                    total += int(fields[13]) + int(fields[14])
    return total / TICK


def stat_of(place: Path) -> list[str]:
    try:
        return (place / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
