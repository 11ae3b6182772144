"""Dagster's webserver with the files of releases beside it, so that links from the UI open in the browser.

Belongs here: the routes /releases/<id>/<file> (`latest` for the id too) and /checks, read-only. Does not belong here:
starting services (serving.py). Run as `python -m pipeline.dag.webserver`, with the options of `dagster-webserver`.

A browser opens no file:// link from a page it got over http, and a link with a port in it would be wrong on the next
one: so the files are served where the UI is, and links have no host.
"""

from pathlib import Path
from typing import Any

import dagster_webserver.app
from dagster_webserver.cli import cli
from dagster_webserver.webserver import DagsterWebserver
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import BaseRoute, Route

from pipeline.dag.links import CHECKS, RELEASES, checks_page
from pipeline.errors import StoreError
from pipeline.releases import catalog
from pipeline.settings import Settings

_HEADERS = {
    # Text from reports is in these pages: whatever slips through may not reach Dagster, which has the same address.
    "Content-Security-Policy": "sandbox allow-scripts allow-downloads allow-modals; default-src 'none'; "
    "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:",
    "X-Content-Type-Options": "nosniff",
}


class Webserver(DagsterWebserver[Any, Any]):
    """Dagster's own, with two routes before its catch-all."""

    def build_routes(self) -> list[BaseRoute]:
        """Ours, then Dagster's."""
        ours = [Route(f"{RELEASES}/{{release}}/{{path:path}}", release_file), Route(CHECKS, last_checks)]
        return [*ours, *super().build_routes()]  # type: ignore[no-untyped-call]


async def release_file(request: Request) -> FileResponse:
    """A file of one release; 404 for what is no plain file inside one."""
    wanted = request.path_params["release"]
    try:
        folder = catalog.find(Settings.from_env(), None if wanted == catalog.LATEST else wanted).path.resolve()
    except StoreError as error:
        raise HTTPException(404, str(error)) from None
    place = (folder / request.path_params["path"]).resolve()
    if not place.is_relative_to(folder):
        raise HTTPException(404)
    return _file(place)


async def last_checks(_: Request) -> FileResponse:
    """What the checks of the last run said, published or not."""
    return _file(checks_page(Settings.from_env()))


def _file(place: Path) -> FileResponse:
    if not place.is_file():
        raise HTTPException(404)
    # Markdown as text: a browser would download it.
    kind = "text/plain; charset=utf-8" if place.suffix == ".md" else None
    return FileResponse(place, media_type=kind, headers=_HEADERS)


def main() -> None:
    """Dagster's command line, over this webserver."""
    # It has no option for this: its app is built from the class of that name.
    dagster_webserver.app.DagsterWebserver = Webserver  # type: ignore[attr-defined]
    cli(auto_envvar_prefix="DAGSTER_WEBSERVER")


if __name__ == "__main__":
    main()
