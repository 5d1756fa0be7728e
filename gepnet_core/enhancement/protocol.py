"""When the three phases are scanned, and whether the study scanned them then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gepnet_core.case.phase import Phase
from gepnet_core.enhancement.parameters import check_settings, default
from gepnet_core.errors import GepnetError
from gepnet_core.study.facts import fact


@dataclass(frozen=True)
class ScanProtocol:
    """Delay of each phase from the start of the injection, in seconds.

    Raises
    ------
    GepnetError
        If a delay is outside its range in data/enhancement.toml, or the phases are not in order.
    """

    hap_delay_s: float = field(default_factory=default("hap_delay_s"))
    pvp_delay_s: float = field(default_factory=default("pvp_delay_s"))
    ep_delay_s: float = field(default_factory=default("ep_delay_s"))

    def __post_init__(self) -> None:
        check_settings(self)
        if not self.hap_delay_s < self.pvp_delay_s < self.ep_delay_s:
            raise GepnetError(
                "The phases are not in order",
                got=f"{self.hap_delay_s:g}, {self.pvp_delay_s:g} and {self.ep_delay_s:g} s",
                allowed="hepatic artery before portal venous before equilibrium phase",
                field="pvp_delay_s",
            )

    @property
    def delays_s(self) -> Mapping[Phase, float]:
        delays = {Phase.HAP: self.hap_delay_s, Phase.PVP: self.pvp_delay_s, Phase.EP: self.ep_delay_s}
        return MappingProxyType(delays)

    def is_as_in_study(self, phase: Phase) -> bool:
        """Whether the delay lies within the study's window (CT technique), ends included."""
        low_s, high_s = study_window_s(phase)
        return low_s <= self.delays_s[phase] <= high_s


def study_window_s(phase: Phase) -> tuple[float, float]:
    """The study's earliest and latest delay of a phase; both are 150 s for the equilibrium phase."""
    names = {
        Phase.HAP: ("hap_delay_low_s", "hap_delay_high_s"),
        Phase.PVP: ("pvp_delay_low_s", "pvp_delay_high_s"),
        Phase.EP: ("ep_delay_s", "ep_delay_s"),
    }[phase]
    return float(fact(names[0]).value), float(fact(names[1]).value)
