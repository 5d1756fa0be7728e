"""Texts that name numbers of the study in braces, so that none is typed a second time."""

from __future__ import annotations

import re

from gepnet_core.study.facts import fact

# A brace that stands alone is taken for a name, and there is no fact of it.
_NAMED = re.compile(r"\{([^{}]*)\}|[{}]")


def filled(text: str) -> str:
    """A text with the numbers of the facts that it names: ``{n_net} NETs`` becomes ``23 NETs``.

    Parameters
    ----------
    text : str
        A number keeps its printed digits and has neither sign nor unit; a percentage stands as its fraction.

    Raises
    ------
    StudyError
        If the study's data has no fact of a name.
    """
    return _NAMED.sub(lambda found: str(fact(found[1] or found[0]).value), text)
