"""Vega, Vega-Lite and Vega-Embed as one script, for the page.

Belongs here: getting the script from the installed vl-convert, and keeping it: to bundle it takes seconds and gives the
same text each time. Does not belong here: escaping and placing it (writing.py).
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

import platformdirs


@cache
def script(folder: Path | None = None) -> str:
    """The script. It is kept in `folder` (default: the user's cache) under the version of vl-convert and behind its own
    hash; where it cannot be kept, or is not whole, it is bundled again."""
    place = (folder or platformdirs.user_cache_path("market-pipeline")) / f"vega-{version('vl-convert-python')}.js"
    with suppress(OSError):
        told, _, kept = place.read_bytes().partition(b"\n")
        if hashlib.sha256(kept).hexdigest().encode() == told:
            return kept.decode()
    import vl_convert

    made = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    with suppress(OSError):
        _keep(place, made.encode())
    return made


def _keep(place: Path, data: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_name(f".{place.name}.{os.getpid()}")
    aside.write_bytes(hashlib.sha256(data).hexdigest().encode() + b"\n" + data)
    aside.replace(place)
