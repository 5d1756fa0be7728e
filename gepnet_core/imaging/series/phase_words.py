"""The closed list of header words that name a contrast phase, in the languages of common scanners.

Words are compared whole, in lower case and without accents (``words.word_list``): "art" is not found in
"heart", nor "late" in "plate", nor "wo" in "two". "ap" is not in the list: it is abdomen and pelvis.
"""

from __future__ import annotations

from enum import Enum
from itertools import pairwise

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.series.words import listed


class Unenhanced(Enum):
    """A series without contrast: no phase of the protocol."""

    NATIVE = "native"


# English, German, French, Spanish, Italian, Portuguese, Dutch.
_HAP_WORDS = listed(
    "art arterial arterially hap arteriell arterielle arteriellen arteriel arterielles arteriale arteriali",
    "arterieel arteriele arterioso arteriosa eap lap hauptarteriell spatarteriell fruharteriell",
    "spaetarteriell frueharteriell",
)
_PVP_WORDS = listed(
    "portal pvp pv venous portalvenous portovenous portvenous venos venoes venose venoese venosen venoesen",
    "portalvenos portalvenoes portalvenose portalvenoese portvenos portvenoes portovenos portovenoes",
    "pfortader pfortaderphase portale portales portaux portalis veineux veineuse portoveineux portoveineuse",
    "portaal portale venoso venosa venosas portovenoso portovenosa veneus veneuze portoveneus portoveneuze",
)
_EP_WORDS = listed(
    "equilibrium equilibre equilibrio aequilibrium aquilibrium gleichgewicht gleichgewichtsphase evenwicht",
    "evenwichtsfase",
)
# Words that name the late phase, or only how late another phase is ("late arterial").
_LATE_WORDS = listed(
    "late delayed delay delays spat spaet spate spaete spatphase spaetphase spatvenos spaetvenoes verzogert",
    "tardif tardive tardives tardio tardia tardivo tardiva laat late retarde retardo retardada ritardata",
)
_NATIVE_WORDS = listed(
    "native nativ unenhanced noncontrast plain precontrast nonenhanced ncct nect blanco blanko leeg",
    "wo basal direta direct smdc",
)
# Two words in a row that say "without contrast"; "w wo" says both and decides nothing.
_NATIVE_PAIRS = (
    ("without", "contrast"),
    ("non", "contrast"),
    ("no", "contrast"),
    ("non", "enhanced"),
    ("pre", "contrast"),
    ("ohne", "km"),
    ("ohne", "kontrastmittel"),
    ("ohne", "kontrast"),
    ("sans", "injection"),
    ("sans", "contraste"),
    ("sans", "iv"),
    ("sans", "pc"),
    ("sin", "contraste"),
    ("sin", "civ"),
    ("sem", "contraste"),
    ("senza", "mdc"),
    ("senza", "contrasto"),
    ("zonder", "contrast"),
)
# Chinese and Japanese write no spaces; each term names the phase itself, since "动脉" alone is also in
# "主动脉" (aorta).
_TERMS: tuple[tuple[str, Phase | Unenhanced], ...] = tuple(
    (term, phase)
    for phase, terms in (
        (Phase.HAP, "动脉期 动脉早期 动脉晚期 動脈期 動脈早期 動脈晚期 動脈相 動脈優位相"),
        (Phase.PVP, "静脉期 靜脈期 门脉期 門脈期 門脈相 門脈優位相"),
        (Phase.EP, "平衡期 平衡相 延迟期 延遲期 延迟 延遲"),
        (Unenhanced.NATIVE, "平扫 平掃 单純 単純"),
    )
    for term in terms.split()
)
_PHASE_SUFFIXES = ("phase", "fase")


def phase_words(words: list[str], text: str) -> list[tuple[Phase | Unenhanced, str]]:
    """Every phase that the words name, with the word of our list that named it.

    Parameters
    ----------
    words : list of str
        From ``words.word_list``.
    text : str
        The text itself, for terms of languages without spaces.

    Returns
    -------
    list of (Phase or Unenhanced, word)
        The same phase may stand several times. A late word counts only where no other phase is named.
    """
    found: list[tuple[Phase | Unenhanced, str]] = []
    late: list[str] = []
    for word in words:
        stem = _without_suffix(word)
        if stem in _HAP_WORDS:
            found.append((Phase.HAP, stem))
        elif stem in _PVP_WORDS:
            found.append((Phase.PVP, stem))
        elif stem in _EP_WORDS or word in _EP_WORDS:
            found.append((Phase.EP, stem))
        elif stem in _LATE_WORDS:
            late.append(stem)
        elif stem in _NATIVE_WORDS:
            found.append((Unenhanced.NATIVE, stem))
    found.extend((Unenhanced.NATIVE, " ".join(pair)) for pair in pairwise(words) if pair in _NATIVE_PAIRS)
    found.extend((phase, term) for term, phase in _TERMS if term in text)
    if "w" in words and "wo" in words:
        found = [(phase, word) for phase, word in found if word != "wo"]
    if late and not any(isinstance(phase, Phase) for phase, _ in found):
        found.extend((Phase.EP, word) for word in late)
    return found


def _without_suffix(word: str) -> str:
    for suffix in _PHASE_SUFFIXES:
        if len(word) > len(suffix) + 1 and word.endswith(suffix):
            return word.removesuffix(suffix)
    return word
