"""Providers that say at any moment what they offer, asked through the gpuhunt library without credentials.

Belongs here: which they are, asking them, and their offers as a catalogue in the library's published format. Does not
belong here: what that format means (readers/gpuhunt.py), or keeping the file (fetch.py).

The library is asked and not imitated: it knows each provider's interface and its changes. What it cannot use of an
answer it leaves out with a line in its log; these lines are counted, so that nothing is dropped silently.
"""

from __future__ import annotations

import csv
import importlib.metadata
import io
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from pipeline.errors import RawDataError
from pipeline.prices.download import AgainError, UnreachableError, asks_again, patiently, said
from pipeline.settings import FetchLimits

LIVE = {
    "lium": ("gpuhunt.providers.lium", "LiumProvider", "NODES_URL"),
    "vastai": ("gpuhunt.providers.vastai", "VastAIProvider", "bundles_url"),
    "vultr": ("gpuhunt.providers.vultr", "VultrProvider", "API_URL"),
}
"""Name -> module, class, and the name of its URL there. Daytona answers without credentials too, with prices of parts
that the library makes up a machine of; RunPod and CloudRift are in the published catalogues."""
_EVERY_OFFER = {"gpu_name": ["B200"], "min_disk_size": 1}
"""Vast.ai is asked for one page of offers, unless for a GPU whose Vast.ai name the library does not know: then for all.
A disk of 1 GB, as an offer's price would else include all the disk that the machine has."""


def offers(name: str, limits: FetchLimits) -> tuple[bytes, str, str]:
    """A provider's offers of now: a CSV catalogue, the URL asked, and a note on how it was made.

    Raises UnreachableError when it cannot be asked, RawDataError when its answer is not what the library expects.
    """
    module, _, url_name = LIVE[name]
    url = str(getattr(importlib.import_module(module), url_name))
    with _counted(logging.getLogger(module)) as left_out:
        items = _within(lambda: _asked(name, url, limits), limits.total_seconds, url)
    if not items:
        raise RawDataError(f"{url}: offers nothing now")
    version = importlib.metadata.version("gpuhunt")
    note = f"Made by gpuhunt {version} from the answer; lines in its log about what it left out: {len(left_out)}."
    return _catalogue(items), url, note


def _asked(name: str, url: str, limits: FetchLimits) -> list[Any]:
    import requests
    from gpuhunt import QueryFilter
    from urllib3.exceptions import MaxRetryError  # what requests wraps when no connection was made

    module, provider, _ = LIVE[name]
    asked = getattr(importlib.import_module(module), provider).from_env()
    wanted = QueryFilter(**_EVERY_OFFER) if name == "vastai" else None

    def once() -> list[Any]:
        try:
            return list(asked.get(query_filter=wanted))
        except requests.HTTPError as error:
            if error.response is not None and asks_again(error.response.status_code):
                raise AgainError(said(error)) from None
            raise

    try:
        return patiently(once, (*_passing(), AgainError), limits)
    except requests.JSONDecodeError as error:
        raise _unreadable(url, error) from None
    except (requests.RequestException, AgainError) as error:
        silent = any(isinstance(cause, MaxRetryError) for cause in error.args)
        raise UnreachableError(f"{url}: {said(error)}", host_silent=silent) from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unreadable(url, error) from None


def _passing() -> tuple[type[Exception], ...]:
    import requests

    return requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError


def _unreadable(url: str, error: Exception) -> RawDataError:
    return RawDataError(f"{url}: answers what gpuhunt cannot read: {type(error).__name__}: {said(error)}")


def _catalogue(items: Iterable[Any]) -> bytes:
    # The library writes its format to a path only; these two are what it writes with.
    from gpuhunt._internal.storage import CATALOG_V2_FIELDS, item_to_row

    out = io.StringIO()
    writer = csv.DictWriter(out, CATALOG_V2_FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(item_to_row(item) for item in items)
    return out.getvalue().encode()


def _within(work: Callable[[], list[Any]], seconds: float, url: str) -> list[Any]:
    """The result of `work`, or UnreachableError after so many seconds: the library has no limit on a whole answer."""
    done: list[list[Any]] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            done.append(work())
        except Exception as error:
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not done:
        raise UnreachableError(f"{url}: not finished after {seconds:g} s")
    return done[0]


@contextmanager
def _counted(log: logging.Logger) -> Iterator[list[str]]:
    """Collects the library's warnings instead of printing each."""
    lines: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    collector, before = Collector(logging.WARNING), log.propagate
    log.addHandler(collector)
    log.propagate = False
    try:
        yield lines
    finally:
        log.removeHandler(collector)
        log.propagate = before
