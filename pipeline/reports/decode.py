"""Bytes to text: which encoding a page is in.

Belongs here: encodings and byte-order marks. Does not belong here: what the text means, or its tidying.
"""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

# Longest first: the UTF-32 little-endian mark begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# A page without a mark or a declaration is a Western one, or in an encoding seen on East Asian and Cyrillic pages.
# The detector is free to choose among several hundred otherwise, and picks look-alikes of Windows-1252 on short pages.
_LIKELY = ["cp1252", "utf_16_le", "utf_16_be", "shift_jis", "euc_kr", "gb18030", "big5", "cp1251"]
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{2,40})""", re.I)
_SAMPLE = 64 * 1024
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


def decode(data: bytes, *, declared: bool = False) -> tuple[str, bool] | None:
    """Text of `data` and whether it was UTF-8; None when no encoding fits (a binary file).

    The mark at the start decides, then UTF-8, then the page's own `<meta charset>` (where `declared`), then detection
    by charset-normalizer among the encodings such pages use.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            text = _try(data[len(mark) :], name)
            return None if text is None else (text, name == "utf-8")
    text = None if _wide(data) else _try(data, "utf-8")
    if text is not None:
        return (text, True) if _is_text(text) else None
    for name in _candidates(data, declared):
        text = _try(data, name)
        if text is not None and _is_text(text):
            return text, False
    return None


def _candidates(data: bytes, declared: bool) -> list[str]:
    found = _DECLARED.search(data[:4096]) if declared else None
    names = [found.group(1).decode("ascii")] if found else []
    best = from_bytes(data[:_SAMPLE], cp_isolation=_LIKELY, enable_fallback=False).best()
    return [*names, *([best.encoding] if best else []), *([] if _wide(data) else ["cp1252", "latin-1"])]


def _wide(data: bytes) -> bool:
    """Whether the bytes look like UTF-16: Western text in it is half NULs, other text has none."""
    sample = data[:_SAMPLE]
    return sample.count(0) > len(sample) // 5


def _try(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeDecodeError, LookupError, ValueError):
        return None


def _is_text(text: str) -> bool:
    """Whether few enough characters are control codes for this to be text and not a program or a picture."""
    sample = text[:_SAMPLE]
    return len(_CONTROL.findall(sample)) <= len(sample) // 100
