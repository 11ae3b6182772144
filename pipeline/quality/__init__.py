"""Promises between tables and about a whole release, checked before anything is published.

rules.py runs sql/quality/ (one query a rule, failing rows are the result); gate.py runs the Great Expectations suite on
the tables about to be published; page.py writes what both found as JSON and one readable page. A single table's
contract is pipeline/contracts.py.
"""
