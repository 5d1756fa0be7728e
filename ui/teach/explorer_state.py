"""What the explorer of cutoff and prevalence holds in a session beside its widgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gepnet_core.teaching.sampling import Draw, Draws

SEED = 2017
"""Of all draws: a class that draws together sees the same samples. The year of the study."""

MANY = 1000
"""Samples that are drawn at once."""


@dataclass
class ExplorerState:
    """Whose patients are looked at, and what was drawn.

    Attributes
    ----------
    n_drawn : int
        Samples drawn one by one so far; the last of them has number ``n_drawn`` - 1.
    looks_at_sample : bool
        Whether the last of them stands in place of the example cohort.
    draw : Draw or None
        The sample that was last drawn; one of another number is stale.
    wants_many : bool
        Whether many samples are shown.
    many : Draws or None
    """

    n_drawn: int = 0
    looks_at_sample: bool = False
    draw: Draw | None = None
    wants_many: bool = False
    many: Draws | None = None

    def draw_another(self) -> None:
        """Look at the next sample; a callback."""
        self.n_drawn += 1
        self.looks_at_sample = True

    def look_at_example(self) -> None:
        """Look at the example cohort; a callback. The next sample is another one."""
        self.looks_at_sample = False

    def want_many(self, wanted: bool) -> None:
        """Show many samples or none; a callback."""
        self.wants_many = wanted
