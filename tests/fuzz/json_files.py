"""JSON that users load or browsers send: mappings, cases, ovals; sound trees, bent."""

from __future__ import annotations

import hashlib
import json
from random import Random
from typing import Any

from gepnet_core.case.phase import Phase
from gepnet_core.report.case.case_file import SavedCase, SavedOval, SavedReading, SavedTissue, save_case
from tests.fuzz.choices import NUMBERS, TEXTS, cut, damaged

_RAW = (
    *("1e999", "-1e999", "NaN", "Infinity", "1" * 5000, "1e-400", "-0", "0.1", "9007199254740993", "1E400"),
    *('"\\ud800"', '"\\u0000"', "[]", "{}", "null", "true", "false", '""', "[" * 4000, '{"a":' * 4000),
    "[[[[[[[[]]]]]]]]",
)
_MAPPING = {
    "format": "gepnet-table-mapping",
    "version": 1,
    "columns": {"Arterial lesion": "hap_lesion_hu", "Arterial liver": "hap_liver_hu", "Comment": None},
    "values": {
        "pattern": {"WO": "washout", "P": "plateau"},
        "diagnosis": {"1": "net", "0": "adenocarcinoma"},
    },
    "decimal": "comma",
    "row": "lesion",
    "ratio": "lesion_over_liver",
    "units": {"size_mm": "cm"},
}
_OVAL = {"id": "r1", "slice": 2, "cx": 40.5, "cy": 41.0, "rx": 6.0, "ry": 5.5}


def sound_case() -> dict[str, Any]:
    """A case file with readings and an oval."""
    case = SavedCase(
        readings=(SavedReading(Phase.HAP, SavedTissue.LESION, "49,5"),),
        ovals=(SavedOval("r1", SavedTissue.LIVER, Phase.HAP, 2, 40.5, 41.0, 6.0, 5.5),),
    )
    document: dict[str, Any] = json.loads(save_case(case))
    return document


def bent_mapping(random: Random) -> bytes:
    return _text(random, _bent(random, _MAPPING))


def bent_case(random: Random) -> bytes:
    """A case whose checksum mostly fits, so that what is behind it is met."""
    document = sound_case()
    document["case"] = _bent(random, document["case"])
    if random.random() < 0.2:
        document = _bent(random, document)
    if random.random() < 0.9 and isinstance(document, dict):
        document.pop("sha256", None)
        content = _text(random, document, whole=True)
        try:
            canonical = json.dumps(json.loads(content), sort_keys=True, separators=(",", ":")).encode()
        except (ValueError, RecursionError):
            return content
        digest = hashlib.sha256(canonical).hexdigest()
        return content.rstrip()[:-1] + f',"sha256":"{digest}"}}'.encode()
    return _text(random, document)


def bent_places(random: Random) -> bytes:
    """The body of a request to measure ovals."""
    ovals: list[Any] = [dict(_OVAL, id=f"r{k}") for k in range(random.choice((0, 1, 2, 3, 60, 61)))]
    return _text(random, _bent(random, ovals))


def bent_drawing(random: Random) -> Any:
    """What the browser sends of all ovals, already parsed."""
    rois: list[Any] = [
        dict(
            _OVAL, id=f"r{k}", tissue=random.choice(("lesion", "liver")), phase=random.choice(("pvp", "hap"))
        )
        for k in range(random.choice((0, 1, 3, 60)))
    ]
    text = _text(random, _bent(random, {"revision": 1, "sequence": 4, "rois": rois}), whole=True)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _bent(random: Random, value: Any) -> Any:
    bent = json.loads(json.dumps(value))
    for _ in range(random.choice((0, 0, 1, 1, 2, 5))):
        holders = list(_holders(bent))
        if not holders:
            return bent
        holder, key = random.choice(holders)
        match random.randrange(6):
            case 0 | 1:
                holder[key] = _leaf(random)
            case 2:
                del holder[key]
            case 3 if isinstance(holder, dict):
                holder[random.choice((*TEXTS[:20], *(str(k) for h, k in holders if isinstance(h, dict))))] = (
                    holder[key]
                )
            case 4:
                other, place = random.choice(holders)
                holder[key] = json.loads(json.dumps(other[place], default=str))
            case _ if isinstance(holder, list):
                holder.extend(holder[: random.choice((1, 5, 100))])
            case _:
                holder[key] = {"a": holder[key]}
    return bent


def _holders(value: Any) -> list[tuple[Any, Any]]:
    pairs = (
        list(value.items())
        if isinstance(value, dict)
        else list(enumerate(value))
        if isinstance(value, list)
        else []
    )
    found = [(value, key) for key, _ in pairs]
    for _, inner in pairs:
        found += _holders(inner)
    return found


def _leaf(random: Random) -> Any:
    kind = random.randrange(6)
    if kind == 0:
        return random.choice(TEXTS)
    if kind == 1:
        return random.choice(NUMBERS)
    if kind == 2:
        return random.choice((0, -1, 1, 2, 59, 60, 10_000, 2**53, 2**63, 10**40, 10**400, True, False, None))
    if kind == 3:
        return random.choice((0.5, 1e300, -1e300, 1e-300, 16_384.0, 16_384.5, float("nan"), float("inf")))
    return f"@RAW{random.randrange(len(_RAW))}@"


def _text(random: Random, value: Any, *, whole: bool = False) -> bytes:
    text = json.dumps(value, ensure_ascii=random.random() < 0.5)
    for index, raw in enumerate(_RAW):
        text = text.replace(f'"@RAW{index}@"', raw)
    data = text.encode("utf-8", "surrogatepass")
    if whole or random.random() < 0.7:
        return data
    return random.choice((damaged, cut))(random, data)
