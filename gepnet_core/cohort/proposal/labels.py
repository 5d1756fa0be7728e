"""What a label of somebody's table may mean among the values of a column; a code of digits means nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from gepnet_core.cohort.dictionary.schema import load_dictionary
from gepnet_core.cohort.dictionary.table_cells import allowed_value

_Phrases = Mapping[str, tuple[str, ...]]

_YES_NO: _Phrases = {"yes": ("yes", "y", "true", "ja"), "no": ("no", "n", "false", "nein")}
_PRESENT: _Phrases = {
    "present": ("yes", "y", "true", "ja", "pos", "positive"),
    "absent": ("no", "n", "false", "nein", "neg", "negative"),
}
# In lower case. Not among them: persistent, gradual, increasing, iso, lobulated and whatever else is none of
# the study's own words; the user says what they mean.
_PHRASES: Mapping[str, _Phrases] = {
    "pattern": {
        "washout": ("washout", "wash out", "wo"),
        "plateau": ("plateau", "pl"),
        "progressive": ("progressive", "prog", "pr"),
    },
    "sex": {
        "male": ("m", "man", "männlich", "maennlich"),
        "female": ("f", "w", "woman", "weiblich"),
    },
    "primary_site": {
        "gastric": ("stomach", "magen"),
        "small_bowel": (
            "small intestine",
            "ileum",
            "ileal",
            "jejunum",
            "jejunal",
            "duodenum",
            "duodenal",
            "dünndarm",
        ),
        "colorectal": (
            "colon",
            "colonic",
            "rectum",
            "rectal",
            "sigmoid",
            "crc",
            "colon rectum",
            "kolon",
            "dickdarm",
            "rektum",
        ),
        "pancreas": ("pancreatic", "pankreas"),
    },
    "hap_enhancement": {
        "hyper": ("hypervascular", "hyperenhancing", "hyperattenuating", "hyperdense"),
        "hypo": ("hypovascular", "hypoenhancing", "hypoattenuating", "hypodense"),
    },
    "shape": {"round_oval": ("round", "oval", "round or oval", "oval round")},
    "neovascularity": _PRESENT,
    "lymphadenopathy": _PRESENT,
    "synthetic": _YES_NO,
}
_FILLERS = {"pattern", "type", "enhancement", "enhancing", "curve"}

_WORDS_OF = {
    "net": "net nets pnet pnets gepnet gepnets pannet pannets sinet sinets neuroendocrine carcinoid "
    "carcinoids karzinoid karzinoide neuroendokrin neuroendokriner",
    "adenocarcinoma": "adenocarcinoma adenocarcinomas adenoca adeno ac crc pdac adenokarzinom adenokarzinome",
}
# What may stand beside them without making them something else. Carcinoma, neoplasm, poorly and mixed are not
# among the words for a NET: they make a NEC, a NEN, a MiNEN.
_WORDS_BESIDE = {
    "net": "tumour tumours tumor tumors midgut",
    "adenocarcinoma": "ductal poorly moderately cancer",
}
_WORDS_BESIDE_BOTH = """magen kolon dickdarm rektum pankreas leber metastase metastasen
gep gi gastroenteropancreatic gastric stomach pancreas pancreatic colon colonic rectal
rectum colorectal sigmoid small bowel intestine intestinal ileum ileal jejunum jejunal duodenum duodenal
metastasis metastases metastatic met mets liver of the from well differentiated primary p grade g"""
_MEANT = {
    name: (frozenset(words.split()), frozenset(f"{words} {_WORDS_BESIDE[name]} {_WORDS_BESIDE_BOTH}".split()))
    for name, words in _WORDS_OF.items()
}
"""For each diagnosis the words of which one must stand in a label, and all that may."""


def label_value(name: str, label: str) -> str | None:
    """The value of a column that a label may mean.

    Parameters
    ----------
    name : str
        Column of fixed values.
    label : str

    Returns
    -------
    str or None
        None where it cannot be told: codes such as 0 and 1 are never guessed, nor is a label with a
        question mark.
    """
    dictionary = load_dictionary()
    known = allowed_value(label, dictionary.columns[name])
    if known is not None:
        return known
    folded = unicodedata.normalize("NFKC", label).casefold()
    words = re.findall(r"[^\W_]+", folded)
    if is_code(label) or "?" in folded or not words:
        return None
    base = name.removeprefix(dictionary.second_reader_prefix)
    if base == "diagnosis":
        return _diagnosis(words)
    phrases = _YES_NO if base.startswith(dictionary.scope_prefix) else _PHRASES.get(base, {})
    said = " ".join(word for word in words if word not in _FILLERS)
    return next(
        (value for value, meant in phrases.items() if said in (value.replace("_", " "), *meant)), None
    )


def is_code(label: str) -> bool:
    """Whether a label is a number, whose meaning only the user knows."""
    return re.fullmatch(r"[+-]?\d+([.,]0*)?", label.strip()) is not None


def _diagnosis(words: list[str]) -> str | None:
    # The second is good for adeno-ca and adeno carcinoma alike.
    joined = " ".join(words).replace("neuro endocrine", "neuroendocrine").replace("adeno ca", "adenoca")
    said = {word for word in joined.split() if not re.fullmatch(r"g?[123]", word)}
    return next((name for name, (needed, may) in _MEANT.items() if said & needed and said <= may), None)
