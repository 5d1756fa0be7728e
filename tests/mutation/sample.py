"""A seeded sample of mutants, each file's share of it as of all."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable


def stratified(mutants: Iterable[str], size: int, seed: int) -> list[str]:
    """Draw mutants from each module in proportion to how many it has; the largest remainders are rounded up.

    The same mutants, size and seed give the same sample. All are returned where there are no more than that.
    """
    by_module: dict[str, list[str]] = defaultdict(list)
    for mutant in sorted(mutants):
        by_module[mutant.rpartition(".")[0]].append(mutant)
    total = sum(map(len, by_module.values()))
    if size >= total:
        return [mutant for group in by_module.values() for mutant in group]
    exact = {module: (size * len(group), total) for module, group in by_module.items()}
    count = {module: part // whole for module, (part, whole) in exact.items()}
    by_remainder = sorted(exact, key=lambda module: (-(exact[module][0] % total), module))
    for module in by_remainder[: size - sum(count.values())]:
        count[module] += 1
    draw = random.Random(seed)  # noqa: S311 - a sample, and no secret
    return [mutant for module, group in by_module.items() for mutant in draw.sample(group, count[module])]
