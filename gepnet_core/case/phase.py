"""The contrast phases of the study's protocol."""

from __future__ import annotations

from enum import StrEnum


class Phase(StrEnum):
    """Hepatic artery, portal venous and equilibrium phase."""

    HAP = "hap"
    PVP = "pvp"
    EP = "ep"

    @property
    def label(self) -> str:
        return {
            Phase.HAP: "hepatic artery phase",
            Phase.PVP: "portal venous phase",
            Phase.EP: "equilibrium phase",
        }[self]
