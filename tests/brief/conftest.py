"""The small world of the release tests, for the page of a release."""

from tests.releases.conftest import world

__all__ = ["world"]
