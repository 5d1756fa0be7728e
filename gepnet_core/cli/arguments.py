"""Strict reading of arguments: nothing abbreviated, nothing given twice, one error in the library's form."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NoReturn, TypeVar, cast

from gepnet_core.cli.output import write_answer
from gepnet_core.errors import GepnetError

PROGRAM = "python -m gepnet_core"

# A value, not an option, although it starts with a minus: -5, -.5, -5,5, and what is refused as a number
# by name and not as an unknown option: -inf, -5_0.
_MINUS_VALUE = re.compile(r"-(?:[.,]?\d|(?:inf|infinity|nan)$)", re.IGNORECASE)


LARGEST_SEED = 10**18 - 1


class UsageError(GepnetError):
    """Arguments that do not fit the command."""


class _Once(argparse.Action):
    """Store a value and refuse a second one, which would silently replace the first."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        given = getattr(namespace, self.dest, None)
        if self.option_strings and given is not None:
            raise UsageError(
                "the option was given more than once",
                allowed="once",
                remedy="Keep the one that is meant.",
                field=option_string,
            )
        setattr(namespace, self.dest, values)


class StrictParser(argparse.ArgumentParser):
    """An argument parser without abbreviations, whose errors are GepnetErrors instead of an exit."""

    def __init__(self, **settings: object) -> None:
        super().__init__(**cast(dict[str, Any], {**settings, "allow_abbrev": False}))
        self.register("action", None, _Once)
        self.register("action", "store", _Once)
        # argparse takes "-5" for a value but "-5,5" for an option; it offers no setting for this pattern.
        self._negative_number_matcher = _MINUS_VALUE

    def error(self, message: str) -> NoReturn:
        """Raise what argparse found, with the usage as what is allowed."""
        named = re.fullmatch(r"argument ([^:]+): (.+)", message, re.DOTALL)
        field, what = (named[1], named[2]) if named else (None, message)
        raise UsageError(
            what, allowed=_usage_line(self), remedy=f"See {self.prog} --help.", field=field
        ) from None

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """End after help or version, also where the reader of a pipe has already gone."""
        write_answer("", end="")
        super().exit(status, message)


def parse_strictly(parser: argparse.ArgumentParser, words: Sequence[str]) -> argparse.Namespace:
    """Parse all words.

    Raises
    ------
    UsageError
        If a word belongs to nothing. Only options are quoted: another word may be a file name.
    """
    try:
        arguments, left = parser.parse_known_args(words)
    except UsageError as error:
        raise _with_count(error, words) from None
    if not left:
        return arguments
    options = [word.partition("=")[0] for word in left if _is_option(word)]
    raise UsageError(
        "there is something that the command does not know",
        got=", ".join(options) if options else "a value that belongs to no option",
        allowed=_usage_line(parser),
        remedy="Options are written in full.",
    )


def _usage_line(parser: argparse.ArgumentParser) -> str:
    """The usage on one line."""
    return " ".join(parser.format_usage().removeprefix("usage: ").split())


def _is_option(word: str) -> bool:
    return word.startswith("-") and not _MINUS_VALUE.match(word)


def _with_count(error: UsageError, words: Sequence[str]) -> UsageError:
    """The same error with the number of values that its option was given, where argparse expected others."""
    if not error.what.startswith("expected") or error.field not in words:
        return error
    after = words[words.index(error.field) + 1 :]
    count = next((i for i, word in enumerate(after) if _is_option(word)), len(after))
    return UsageError(
        error.what, got=str(count), allowed=error.allowed, remedy=error.remedy, field=error.field
    )


Choice = TypeVar("Choice", bound=StrEnum)


def parse_choice(text: str, choices: type[Choice], field: str) -> Choice:
    """One of the words of an enumeration, exactly as written there.

    Raises
    ------
    UsageError
        If it is another word.
    """
    try:
        return choices(text)
    except ValueError as error:
        raise UsageError(
            "no such choice", got=repr(text[:40]), allowed=", ".join(choices), field=field
        ) from error


def parse_whole(text: str, lowest: int, highest: int, field: str) -> int:
    """A whole number in plain digits.

    Raises
    ------
    UsageError
        If it is anything else, or out of range.
    """
    is_plain = text.isascii() and text.isdigit() and len(text) <= len(str(highest))
    if not is_plain or not lowest <= int(text) <= highest:
        raise UsageError(
            "this is no such whole number",
            got=repr(text[:40]),
            allowed=f"{lowest} to {highest}, digits alone",
            field=field,
        )
    return int(text)
