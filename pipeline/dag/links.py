"""Where files are that the UI links to: addresses without a host, so that they hold on any port.

Belongs here: the addresses. Does not belong here: serving them (webserver.py).
"""

from pathlib import Path

from pipeline.settings import Settings
from pipeline.store import WORK

RELEASES, CHECKS = "/releases", "/checks"


def release_file(release_id: str, path: str) -> str:
    """The address of a file of a release; `latest` is an id too."""
    return f"{RELEASES}/{release_id}/{path}"


def checks_page(settings: Settings) -> Path:
    """Where each run leaves what its checks said, published or not; CHECKS is its address."""
    return settings.processed / WORK / "checks" / "latest.html"
