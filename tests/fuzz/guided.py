"""The same inputs, steered by which lines of the library they reach, where atheris is installed.

``python -m tests.fuzz.guided KIND FOLDER [libFuzzer options]``; FOLDER keeps the inputs that reached
something new, and the one that failed. An input is the bytes that the mutators' choices are drawn from.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from random import Random

PACKAGE = "gepnet_core"


class Choices(Random):
    """Random choices drawn from given bytes; once these are used up, from a generator seeded with them."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._left = memoryview(data)

    def getrandbits(self, k: int, /) -> int:
        size = (k + 7) // 8
        if len(self._left) < size:
            return super().getrandbits(k)
        drawn, self._left = self._left[:size], self._left[size:]
        return int.from_bytes(drawn, "little") & ((1 << k) - 1)

    def random(self) -> float:
        return float(self.getrandbits(53) / (1 << 53))


def main(kind: str, folder: Path, options: list[str]) -> None:
    """Search until an option says that it is enough; the process ends with the status of libFuzzer."""
    atheris = importlib.import_module("atheris")
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with atheris.instrument_imports(include=[PACKAGE]):
        targets = importlib.import_module("tests.fuzz.targets")
    target = next(one for one in targets.TARGETS if one.name == kind)
    work = folder / "work"
    work.mkdir(exist_ok=True)
    os.chdir(work)
    targets.warm()

    def take(data: bytes) -> None:
        targets.taken(target, target.make(Choices(data)))

    corpus = folder / "corpus"
    corpus.mkdir(exist_ok=True)
    limits = ["-timeout=60", "-rss_limit_mb=2000", "-max_len=4096", "-len_control=0"]
    atheris.Setup([kind, str(corpus), f"-artifact_prefix={folder}/", *limits, *options], take)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
