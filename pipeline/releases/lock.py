"""One publisher at a time.

Belongs here: the lock that staging and publishing share. Does not belong here: what is done under it. Readers need no
lock: what they read never changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from pipeline.errors import StoreError
from pipeline.settings import Settings
from pipeline.store import writing

NAME = ".publish.lock"
WAIT_SECONDS = 60.0


@contextmanager
def publisher(settings: Settings, wait: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the lock on the processed folder. Raises StoreError when another publisher has it for longer than `wait`
    seconds, or the folder cannot be written. The operating system frees the lock of a process that dies."""
    place = settings.processed / NAME
    with writing(settings.processed):
        settings.processed.mkdir(parents=True, exist_ok=True)
        lock = FileLock(place)
        try:
            lock.acquire(timeout=wait)
        except Timeout:
            raise StoreError(f"{place}: another run has been publishing for over {wait:g} s; try again later") from None
    try:
        yield
    finally:
        lock.release()
