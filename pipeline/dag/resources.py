"""The run resource: one run's settings, identity of its inputs, and store.

Belongs here: what every asset needs to know about the run it is part of. Does not belong here: anything about a table.
"""

import dagster as dg
from pydantic import PrivateAttr

from pipeline.releases.identity import Identity, identify
from pipeline.settings import Settings
from pipeline.store import Store


class Run(dg.ConfigurableResource["Run"]):
    """Folders of this run; empty means PIPELINE_RAW and PIPELINE_PROCESSED, else data/ of this checkout."""

    raw: str = ""
    processed: str = ""
    _identity: Identity | None = PrivateAttr(default=None)

    @property
    def settings(self) -> Settings:
        """The settings of this run."""
        return Settings.from_env(self.raw or None, self.processed or None)

    @property
    def identity(self) -> Identity:
        """The identity of the inputs, code and settings, hashed once a run; a change under way is caught at the end."""
        if self._identity is None:
            self._identity = identify(self.settings)
        return self._identity

    @property
    def store(self) -> Store:
        """Where this run's tables are handed over."""
        return Store(self.settings.processed, self.identity.fingerprint)
