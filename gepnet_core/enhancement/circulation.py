"""Iodine in the blood over time: the whole-body circulation of Bae et al., Radiology 1998;207:647.

Every pool of blood is well mixed, V dC/dt = Q (C_in - C); an organ is a pool with an extracellular space
behind it, to and from which iodine passes at PS = 5 Q. The kidneys filter. The loop: arm vein, right heart,
lungs, left heart, aorta, organs, veins; gut, spleen, stomach and pancreas drain through the portal vein.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from gepnet_core.enhancement.injection import Injection
from gepnet_core.enhancement.linear_system import FloatArray, SwitchedInflow, amounts_over_time
from gepnet_core.enhancement.parameters import PARAMETER_FILE, value
from gepnet_core.enhancement.patient import Patient
from gepnet_core.errors import GepnetError
from gepnet_core.study.facts import read_toml

URINE = "urine"
_SECONDS_PER_MINUTE = 60.0


@dataclass(frozen=True)
class Flow:
    """Blood from one pool to another in the standard body."""

    origin: str
    target: str
    ml_per_min: float


@dataclass(frozen=True)
class StandardBody:
    """The circulation of a 70 kg man: volumes in mL by pool, and the flows between them."""

    blood_ml: Mapping[str, float]
    extracellular_ml: Mapping[str, float]
    flows: tuple[Flow, ...]
    injected_pool: str
    filtering_pool: str
    source: str

    def inflow_ml_per_min(self, pool: str) -> float:
        """All blood that enters a pool."""
        return sum(flow.ml_per_min for flow in self.flows if flow.target == pool)

    @property
    def cardiac_output_ml_per_min(self) -> float:
        return self.inflow_ml_per_min("right_heart")

    @property
    def blood_volume_ml(self) -> float:
        return sum(self.blood_ml.values())


@cache
def load_standard_body() -> StandardBody:
    """The circulation in data/enhancement.toml; see `build_standard_body`."""
    return build_standard_body(read_toml(PARAMETER_FILE)["circulation"])


def build_standard_body(content: Mapping[str, Any]) -> StandardBody:
    """Check a circulation in the form of data/enhancement.toml.

    Raises
    ------
    GepnetError
        If a flow or space names no pool, a number is not above 0, or blood gathers in a pool.
    """
    body = StandardBody(
        content["blood_ml"],
        content["extracellular_ml"],
        tuple(Flow(*flow) for flow in content["flows"]),
        content["injected_pool"],
        content["filtering_pool"],
        content["source"],
    )
    ends = {end for flow in body.flows for end in (flow.origin, flow.target)}
    named = ends | set(body.extracellular_ml) | {body.injected_pool, body.filtering_pool}
    unknown = sorted(named - set(body.blood_ml))
    if unknown:
        raise GepnetError("the circulation names a pool without a volume", got=", ".join(unknown))
    numbers = [*body.blood_ml.values(), *body.extracellular_ml.values()]
    if not all(number > 0 for number in [*numbers, *(flow.ml_per_min for flow in body.flows)]):
        raise GepnetError("a volume or flow of the circulation is not above 0")
    for pool in body.blood_ml:
        leaving = sum(flow.ml_per_min for flow in body.flows if flow.origin == pool)
        if leaving != body.inflow_ml_per_min(pool) or leaving == 0:
            raise GepnetError(
                "a pool of the circulation gains or loses blood",
                got=f"{pool}: {body.inflow_ml_per_min(pool):g} in, {leaving:g} mL/min out",
            )
    return body


@dataclass(frozen=True, eq=False)
class Circulation:
    """One patient's circulation during and after one injection.

    Parameters
    ----------
    names : tuple of str
        The pools of blood, then the extracellular spaces as ``organ (extracellular)``, then ``urine``.
    volumes_ml : (n,) float64
        1 for urine, whose volume is not followed.
    system : SwitchedInflow
        Of iodine in mg.
    """

    names: tuple[str, ...]
    volumes_ml: FloatArray
    system: SwitchedInflow


def build_circulation(
    patient: Patient, injection: Injection, filtered_fraction: float | None = None
) -> Circulation:
    """Scale the standard body to a patient.

    Flows scale with cardiac output, volumes of blood and of extracellular fluid with blood volume. While the
    injection runs, the injected fluid flows on with the arm vein's blood. Filtration removes
    ``filtered_fraction`` of the iodine that reaches the kidneys: it is in plasma alone, so that the fraction
    of the plasma flow is also that of the iodine.

    Parameters
    ----------
    patient : Patient
    injection : Injection
    filtered_fraction : float, optional
        The parameter of the name where not given; 0 is a patient without kidneys.
    """
    body = load_standard_body()
    filtered = value("filtered_fraction") if filtered_fraction is None else filtered_fraction
    flow_scale = patient.cardiac_output_ml_per_min / body.cardiac_output_ml_per_min / _SECONDS_PER_MINUTE
    volume_scale = patient.blood_volume_ml / body.blood_volume_ml
    pools = list(body.blood_ml)
    names = (*pools, *(f"{pool} (extracellular)" for pool in body.extracellular_ml), URINE)
    index = {name: i for i, name in enumerate(names)}
    volumes = np.array([*body.blood_ml.values(), *body.extracellular_ml.values(), 1.0])
    volumes[:-1] *= volume_scale

    after = np.zeros((len(names), len(names)))

    def carry(rates: FloatArray, origin: str, target: str, ml_per_s: float) -> None:
        i, j = index[origin], index[target]
        rates[j, i] += ml_per_s / volumes[i]
        rates[i, i] -= ml_per_s / volumes[i]

    for flow in body.flows:
        carry(after, flow.origin, flow.target, flow.ml_per_min * flow_scale)
    for pool in body.extracellular_ml:
        exchange = value("exchange_per_flow") * body.inflow_ml_per_min(pool) * flow_scale
        carry(after, pool, f"{pool} (extracellular)", exchange)
        carry(after, f"{pool} (extracellular)", pool, exchange)
    kidneys = body.filtering_pool
    carry(after, kidneys, URINE, filtered * body.inflow_ml_per_min(kidneys) * flow_scale)

    during = after.copy()
    carry(during, body.injected_pool, "right_heart", injection.rate_ml_per_s)
    inflow = np.zeros(len(names))
    inflow[index[body.injected_pool]] = injection.iodine_mg_per_s
    start_s = value("arm_to_heart_delay_s")
    system = SwitchedInflow(during, after, inflow, start_s, start_s + injection.duration_s)
    return Circulation(names, volumes, system)


@dataclass(frozen=True, eq=False)
class BloodIodine:
    """Iodine over time.

    Parameters
    ----------
    names : tuple of str
        As in `Circulation`.
    time_s : (m,) float64
        From the start of the injection, evenly spaced from 0.
    amounts_mg : (m, n) float64
        By name; their sum is what has entered the circulation.
    volumes_ml : (n,) float64
    """

    names: tuple[str, ...]
    time_s: FloatArray
    amounts_mg: FloatArray
    volumes_ml: FloatArray

    def concentration_mg_per_ml(self, pool: str) -> FloatArray:
        """Iodine per mL of a pool's blood, (m,)."""
        i = self.names.index(pool)
        return np.asarray(self.amounts_mg[:, i] / self.volumes_ml[i], dtype=np.float64)


def circulate(circulation: Circulation, step_s: float, n_steps: int) -> BloodIodine:
    """Follow the iodine through a circulation, from the start of the injection."""
    amounts = amounts_over_time(circulation.system, step_s, n_steps)
    time_s = np.arange(n_steps + 1, dtype=np.float64) * step_s
    return BloodIodine(circulation.names, time_s, amounts, circulation.volumes_ml)
