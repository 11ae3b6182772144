"""Releases: what they are called, how they are written, found and asked.

Belongs here: identity.py (the id), staging.py (the candidate folder), publishing.py (making it a release), database.py
(market.duckdb), catalog.py (finding releases), query.py (ad-hoc SQL on one), manifest.py and content.py (what is in
one), datapackage.py and dictionary.py (its descriptions), lock.py (one publisher at a time). Does not belong here: what
is in a table, or whether it is right (contracts, sql/quality, the gate).

Nothing is imported here: `pipeline query` must answer in half a second, and what publishing needs takes longer than
that to import.
"""
