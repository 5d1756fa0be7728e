"""Random choices that all mutators share: hostile numbers and texts, and damage to plain bytes."""

from __future__ import annotations

from random import Random

NUMBERS = (
    *("0", "-0", "1", "-1", "2", "0.5", "1e-300", "-1e-300", "1e300", "-1e300", "1e308", "-1e308", "1e999"),
    *("nan", "inf", "-inf", "2147483647", "2147483648", "-2147483649", "4294967296", "65535", "65536", "1_0"),
    *("9" * 16, "9" * 400, "1,5", "1.5.5", "0x10", "\N{ARABIC-INDIC DIGIT FIVE}", "+5", "5e", "", " ", "-"),
    *("1e16", "16777217", "0.1", "99999", "-1024", "3071", "3072", "1e5", "1e-5", "00000000000001", "½"),
)
TEXTS = (
    *(
        "",
        " ",
        "\0",
        "\x1b$B",
        "=1+1",
        "@x",
        "\ufeff",
        "\u202e",
        "\ud800",
        "ÿ",
        "naïve",
        "日本",
        "ı",
        "İ",
        "ß",
    ),
    *(
        "a" * 70,
        "b" * 5_000,
        "c" * 140_000,
        "../x",
        "/etc/x",
        "C:\\x",
        "%s%n",
        "{0}",
        "\r\n",
        "\n",
        "\t",
        '"',
    ),
    *("null", "None", "true", "NaN", "\\", "^", "\u2028", "\U0001f600", "e\u0301", "'", "; DROP", "<b>"),
)
WHOLE = (0, 1, 2, 7, 8, 12, 15, 16, 17, 127, 128, 255, 256, 4095, 32767, 32768, 65534, 65535)


def damaged(random: Random, data: bytes, most: int = 8) -> bytes:
    """Some bytes flipped, cut out, doubled, moved or replaced."""
    out = bytearray(data)
    for _ in range(random.randint(1, most)):
        at = random.randrange(len(out) + 1)
        size = min(random.choice((1, 1, 2, 4, 8, 64, 1024)), len(out) - at)
        match random.randrange(7):
            case 0 if size:
                out[at] ^= 1 << random.randrange(8)
            case 1 if size:
                out[at] = random.choice((0, 1, 0x7F, 0x80, 0xFE, 0xFF))
            case 2:
                del out[at : at + size]
            case 3:
                out[at:at] = out[at : at + size]
            case 4:
                out[at:at] = random.randbytes(random.choice((1, 2, 4, 16)))
            case 5 if size >= 4:
                order = random.choice(("little", "big"))
                out[at : at + 4] = random.choice((0, 1, 2**31 - 1, 2**31, 2**32 - 1, 2**32 - 2)).to_bytes(
                    4, "little" if order == "little" else "big"
                )
            case _:
                other = random.randrange(len(out) + 1)
                out[at : at + size] = out[other : other + size]
    return bytes(out)


def cut(random: Random, data: bytes) -> bytes:
    """The beginning of the bytes."""
    return data[: random.randrange(len(data) + 1)]
