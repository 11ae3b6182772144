"""Getting bytes from a network that fails: time limits, size limits, and tries with growing pauses.

Belongs here: HTTP, proxies (httpx and requests both take them from the environment), patience. Does not belong here:
where anything is (sources.py), or what the bytes mean.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import httpx
import tenacity

from pipeline.errors import RawDataError
from pipeline.settings import FetchLimits

T = TypeVar("T")


class UnreachableError(Exception):
    """What was asked for did not come; the message says why. `host_silent`: no connection was made at all."""

    def __init__(self, message: str, *, host_silent: bool = False) -> None:
        super().__init__(message)
        self.host_silent = host_silent


class AgainError(Exception):
    """The server is in trouble that may pass."""


class NotThereError(Exception):
    """The server answers, and will not give what was asked for."""


def asks_again(status: int) -> bool:
    """Whether an HTTP status means trouble that may pass."""
    return status in (408, 425, 429) or status >= 500


@dataclass(frozen=True)
class Net:
    """A client and how patient it is."""

    client: httpx.Client
    limits: FetchLimits

    def download(self, url: str) -> bytes:
        """The bytes at a URL. Raises UnreachableError after the last try, RawDataError when there are too many."""
        try:
            return patiently(lambda: self._stream(url), (httpx.TransportError, AgainError), self.limits)
        except (httpx.HTTPError, httpx.InvalidURL, AgainError, NotThereError) as error:
            silent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
            raise UnreachableError(f"{url}: {said(error)}", host_silent=silent) from None

    def _stream(self, url: str) -> bytes:
        until = time.monotonic() + self.limits.total_seconds
        chunks, size = [], 0
        with self.client.stream("GET", url) as response:
            if not response.is_success:
                trouble = AgainError if asks_again(response.status_code) else NotThereError
                raise trouble(f"the server answers {response.status_code}")
            for chunk in response.iter_bytes():
                size += len(chunk)
                if size > self.limits.max_bytes:
                    raise RawDataError(f"{url}: is over {self.limits.max_bytes} bytes")
                if time.monotonic() > until:
                    raise AgainError(f"not finished after {self.limits.total_seconds:g} s")
                chunks.append(chunk)
        return b"".join(chunks)


def patiently(work: Callable[[], T], passing: tuple[type[Exception], ...], limits: FetchLimits) -> T:
    """Do `work`, and again after growing pauses where one of the `passing` errors stops it.

    The last error is raised, with the number of tries as a note where there was more than one.
    """
    retry = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(passing),
        stop=tenacity.stop_after_attempt(limits.attempts),
        wait=tenacity.wait_exponential_jitter(
            multiplier=limits.first_pause_seconds, max=30, jitter=limits.first_pause_seconds
        ),
        reraise=True,
    )
    try:
        return retry(work)
    except Exception as error:
        if (tries := retry.statistics.get("attempt_number", 1)) > 1:
            error.add_note(f"tried {tries} times")
        raise


def said(error: Exception) -> str:
    """What an error says, in one line, with its notes."""
    text = " ".join(str(error).split()) or type(error).__name__
    notes = getattr(error, "__notes__", [])
    return f"{text} ({'; '.join(notes)})" if notes else text
