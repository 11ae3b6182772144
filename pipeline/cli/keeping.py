"""The commands that look after releases."""

from __future__ import annotations

COMMANDS = ()
