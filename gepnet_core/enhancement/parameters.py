"""The model's parameters with unit, range and source, read from data/enhancement.toml and checked."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gepnet_core.errors import GepnetError
from gepnet_core.study.facts import DATA_DIRECTORY, fact, read_toml

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

PARAMETER_FILE = DATA_DIRECTORY / "enhancement.toml"


class Basis(StrEnum):
    """What a value rests on."""

    MEASURED = "measured"
    PUBLISHED = "published"
    EFFECTIVE = "effective"
    ASSUMED = "assumed"

    @property
    def label(self) -> str:
        return {
            Basis.MEASURED: "measured",
            Basis.PUBLISHED: "published as a protocol or as an input of a model",
            Basis.EFFECTIVE: "effective: fitted here, no measurement supports it",
            Basis.ASSUMED: "assumed: a usual magnitude",
        }[self]


@dataclass(frozen=True)
class Parameter:
    """One parameter. ``low`` and ``high`` are what a setting accepts; they are equal where it is none."""

    name: str
    label: str
    value: float
    unit: str
    low: float
    high: float
    basis: Basis
    source: str

    @property
    def is_measured(self) -> bool:
        """Whether a publication reports the value as measured."""
        return self.basis is Basis.MEASURED

    @property
    def is_setting(self) -> bool:
        """Whether the value may be changed."""
        return self.low < self.high


@cache
def load_parameters() -> Mapping[str, Parameter]:
    """All parameters by name, in the order of the file.

    Raises
    ------
    GepnetError
        If an entry lacks a field, stands twice, or holds a value outside its own range.
    """
    return build_parameters(read_toml(PARAMETER_FILE)["parameter"])


def build_parameters(entries: list[dict[str, Any]]) -> Mapping[str, Parameter]:
    """Check entries in the form of data/enhancement.toml; see `load_parameters`."""
    parameters: dict[str, Parameter] = {}
    for entry in entries:
        parameter = _parameter(entry)
        if parameter.name in parameters:
            raise GepnetError("a parameter of the enhancement model stands twice", got=parameter.name)
        parameters[parameter.name] = parameter
    return MappingProxyType(parameters)


def _parameter(entry: Mapping[str, Any]) -> Parameter:
    content = dict(entry)
    try:
        if "fact" in content:
            content["value"] = float(fact(content.pop("fact")).value)
        if "middle_of" in content:
            low, high = content.pop("middle_of")
            content["value"] = float((fact(low).value + fact(high).value) / 2)
        parameter = Parameter(**{**content, "basis": Basis(content["basis"])})
        complete = all((parameter.name, parameter.label, parameter.unit, parameter.source))
        consistent = parameter.low <= parameter.value <= parameter.high
    except (TypeError, KeyError, ValueError) as error:
        raise _damaged(entry) from error
    if not (complete and consistent):
        raise _damaged(entry)
    return parameter


def _damaged(entry: Mapping[str, Any]) -> GepnetError:
    return GepnetError(
        "an entry of data/enhancement.toml is damaged",
        got=str(entry.get("name", "no name")),
        allowed="name, label, value (or fact, or middle_of), unit, low, high with low <= value <= high, "
        "basis, source",
    )


def parameter(name: str) -> Parameter:
    """One parameter by name.

    Raises
    ------
    GepnetError
        If there is none of the name.
    """
    try:
        return load_parameters()[name]
    except KeyError as error:
        raise GepnetError("the enhancement model has no such parameter", got=name) from error


def value(name: str) -> float:
    """The value of one parameter."""
    return parameter(name).value


def default(name: str) -> Callable[[], float]:
    """A dataclass field's ``default_factory``: the parameter's value."""
    return lambda: value(name)


def check_setting(name: str, setting: float, field: str | None = None) -> None:
    """Refuse a setting outside its parameter's range.

    Parameters
    ----------
    name : str
        Of the parameter.
    setting : float
    field : str, optional
        Path of the input, for the message; the parameter's name where not given.

    Raises
    ------
    GepnetError
        If it is no finite number within ``low`` to ``high``.
    """
    known = parameter(name)
    is_number = isinstance(setting, int | float) and not isinstance(setting, bool)
    if not is_number or not math.isfinite(setting) or not known.low <= setting <= known.high:
        unit = "" if known.unit == "1" else f" {known.unit}"
        raise GepnetError(
            f"The {known.label} is out of range",
            got=f"{setting:g}" if is_number else type(setting).__name__,
            allowed=f"{known.low:g} to {known.high:g}{unit}",
            field=field or name,
        )


def check_settings(settings: DataclassInstance, prefix: str = "") -> None:
    """Check every field of a settings dataclass that has a parameter of the name ``prefix + field``."""
    for item in fields(settings):
        if prefix + item.name in load_parameters():
            check_setting(prefix + item.name, getattr(settings, item.name))
