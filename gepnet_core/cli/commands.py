"""Which commands there are. To add one, write its module and name it here."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any, Protocol, cast

# The parts between the program and a module: argparse has no public type for the object of add_subparsers,
# and each command has its own type of result.
Subparsers = Any
Result = Any


class CommandModule(Protocol):
    """What the module of a command offers.

    It may also have ``as_json(result) -> dict``, where ``run`` returns something else than the JSON object.
    """

    def add_parser(self, subparsers: Subparsers) -> argparse.ArgumentParser:
        """Declare the command's arguments."""

    def run(self, arguments: argparse.Namespace) -> Result:
        """Do it. Bad input raises GepnetError."""

    def as_text(self, result: Result) -> str:
        """What ``run`` returned, for people."""


@dataclass(frozen=True)
class Command:
    """A command by name; its module is imported when it is asked for, since some need large packages."""

    name: str
    module: str
    summary: str

    def load(self) -> CommandModule:
        """Import the module of the command."""
        return cast(CommandModule, import_module(self.module))


_COMMANDS = (
    Command("assess", "gepnet_core.cli.assess", "judge one case, or each row of a table"),
    Command("measure", "gepnet_core.cli.measure", "HU inside regions of interest on CT"),
    Command("accuracy", "gepnet_core.cli.accuracy", "how well a column tells two classes apart"),
    Command("compare", "gepnet_core.cli.compare", "two groups of any table, column by column"),
    Command("agreement", "gepnet_core.cli.agreement", "how far readers agree"),
    Command("cohort", "gepnet_core.cli.cohort", "the published rule, unchanged, in a cohort with diagnoses"),
    Command("logistic", "gepnet_core.cli.logistic", "logistic regression with separation told"),
    Command("study", "gepnet_core.cli.study", "the publication's numbers, recomputed"),
)

COMMANDS: Mapping[str, Command] = MappingProxyType({command.name: command for command in _COMMANDS})
"""All commands by name, in the order in which help lists them."""
