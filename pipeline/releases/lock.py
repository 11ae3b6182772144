"""One publisher at a time.

Belongs here: the lock that staging, publishing, pruning and rolling back share, and who holds it. Does not belong here:
what is done under it. Readers need no lock: what they read never changes.
"""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from filelock import FileLock, Timeout

from pipeline.errors import StoreError
from pipeline.settings import Settings
from pipeline.store import writing

NAME = ".publish.lock"
OWNER = ".publish.owner"
"""Who holds the lock; beside it, since waiting processes truncate the lock file itself."""
WAIT_SECONDS = 60.0


@contextmanager
def publisher(settings: Settings, wait: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the lock on the processed folder. Raises StoreError when another publisher has it for longer than `wait`
    seconds, saying who and since when, or when the folder cannot be written. The operating system frees the lock of a
    process that dies."""
    place, owner = settings.processed / NAME, settings.processed / OWNER
    with writing(settings.processed):
        settings.processed.mkdir(parents=True, exist_ok=True)
        lock = FileLock(place)
        try:
            lock.acquire(timeout=wait)
        except Timeout:
            raise StoreError(f"{place}: {_holder(settings)}; waited {wait:g} s, try again later") from None
    try:
        with suppress(OSError):  # a full disk must not say less about itself than the step that needs the room
            said = {"process": os.getpid(), "machine": platform.node(), "since": time.time()}
            owner.write_text(json.dumps(said))
        yield
    finally:
        with suppress(OSError):
            owner.unlink(missing_ok=True)
        lock.release()


def _holder(settings: Settings) -> str:
    """Who holds the lock and for how long, as far as they left word."""
    try:
        said = json.loads((settings.processed / OWNER).read_bytes())
        age = max(0, round(time.time() - said["since"]))
        return f"process {said['process']} on {said['machine']} has been publishing for {age} s"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process is publishing"
