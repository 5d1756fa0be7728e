"""``python -m gepnet_core COMMAND ... [--json]``."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from gepnet_core import __version__
from gepnet_core.cli.arguments import PROGRAM, StrictParser, UsageError, parse_strictly
from gepnet_core.cli.commands import COMMANDS
from gepnet_core.cli.output import Status, end_without_traceback, json_text, write_answer, write_error
from gepnet_core.errors import GepnetError
from gepnet_core.intended_use import INTENDED_USE


def main(words: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    words : sequence of str, optional
        What follows ``python -m gepnet_core``; the process's own arguments by default.

    Returns
    -------
    int
        0 for an answer, 2 for bad input.
    """
    given = list(sys.argv[1:] if words is None else words)
    name = given[0] if given else ""
    program = f"{PROGRAM} {name}" if name in COMMANDS else PROGRAM
    try:
        return _answer(given)
    except GepnetError as error:
        return write_error(program, error)
    except KeyboardInterrupt:
        return Status.INTERRUPTED


def _answer(words: list[str]) -> Status:
    if not words or words[0] not in COMMANDS:
        # Prints help or the version and ends, where that was asked for.
        _program_parser().parse_known_args(words if words and words[0].startswith("-") else [])
        raise UsageError(
            "no command was given" if not words else "there is no such command",
            got=repr(words[0][:40]) if words else None,
            allowed=", ".join(COMMANDS),
            remedy=f"See {PROGRAM} --help.",
        )
    module = COMMANDS[words[0]].load()
    parser = module.add_parser(StrictParser(prog=PROGRAM).add_subparsers())
    parser.epilog = INTENDED_USE
    parser.add_argument("--json", action="store_true", help="write one JSON object instead of text")
    arguments = parse_strictly(parser, words[1:])
    result = module.run(arguments)
    if arguments.json:
        return write_answer(json_text(getattr(module, "as_json", dict)(result)))
    return write_answer(module.as_text(result))


def _program_parser() -> StrictParser:
    """The parser of what stands before a command; commands are named and not loaded."""
    parser = StrictParser(
        prog=PROGRAM,
        description="Liver metastases of GEP NET or of GEP adenocarcinoma on CT: one study's criteria.",
        epilog=INTENDED_USE,
    )
    parser.add_argument("--version", action="version", version=__version__)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=False)
    for command in COMMANDS.values():
        subparsers.add_parser(command.name, help=command.summary)
    return parser


if __name__ == "__main__":
    sys.excepthook = end_without_traceback
    sys.exit(main())
