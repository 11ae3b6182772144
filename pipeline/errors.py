"""Typed exceptions, their exit codes, and the fixed codes of report flags.

Belongs here: every exception a user can meet, and the vocabulary of flags. Does not belong here: raising
them, or wording that only one reader needs.

Every message is one line that a person can act on: what is wrong, in which file and place, what to do.
"""

from __future__ import annotations

from enum import StrEnum


class PipelineError(Exception):
    """Base of everything this project raises on purpose. `exit_code` is what the command line returns."""

    exit_code = 1


class RawDataError(PipelineError):
    """A file in data/raw is missing, unreadable, or not what its sidecar says."""


class ReportError(PipelineError):
    """A report file cannot be read at all (a report that reads but is unusable is `status = rejected`)."""

    exit_code = 2


class SegmentationError(PipelineError):
    """A segmentation.yaml does not cover the cell it splits, exactly and in order."""


class AssumptionError(PipelineError):
    """assumptions.yaml lacks a value the model needs, or holds one outside its own range."""


class ContradictionError(PipelineError):
    """The claims of one market cannot hold together; the message names the market and the claims."""


class ContractError(PipelineError):
    """A table breaks its contract in the registry (type, key, allowed values, empty, infinite)."""


class CheckError(PipelineError):
    """A blocking check failed, so the release was not published and `latest` stays as it was."""


class StoreError(PipelineError):
    """A table cannot be written or found in data/processed (permissions, full disk, stale hand-over)."""


class QueryError(PipelineError):
    """An ad-hoc query is wrong, or asks for something outside the release."""

    exit_code = 2


class NothingPublishedError(PipelineError):
    """The run ended without a release, for instance because every report was rejected."""


class Flag(StrEnum):
    """What a reader noticed about a report. The value is the code that tables and JSON carry."""

    RUNON_SEGMENT_CELLS = "runon_segment_cells"
    HEADLINE_ONLY_IN_FAQ = "headline_only_in_faq"
    CAGR_MISMATCH = "cagr_mismatch"
    LARGEST_SHARE_IMPLAUSIBLE = "largest_share_implausible"
    REGION_SHARES_EXCEED_100 = "region_shares_exceed_100"
    CONFLICT_BASE_YEAR = "conflict_base_year"
    CONFLICT_BASE_VALUE = "conflict_base_value"
    CONFLICT_FORECAST_YEAR = "conflict_forecast_year"
    CONFLICT_FORECAST_VALUE = "conflict_forecast_value"
    CONFLICT_CAGR = "conflict_cagr"
    CONFLICT_LARGEST_REGION = "conflict_largest_region"
    CONFLICT_FASTEST_REGION = "conflict_fastest_region"
    PLACEHOLDER_VALUES = "placeholder_values"
    MISSING_BASE_VALUE = "missing_base_value"
    MISSING_FORECAST_VALUE = "missing_forecast_value"
    MISSING_CAGR = "missing_cagr"
    NON_USD_CURRENCY = "non_usd_currency"
    ENCODING_NOT_UTF8 = "encoding_not_utf8"
    INSTRUCTION_LIKE_TEXT = "instruction_like_text"
    SEGMENT_LISTS_INCOMPLETE = "segment_lists_incomplete"
    COMPANIES_NOT_LISTED = "companies_not_listed"
    PERIOD_NOT_STATED = "period_not_stated"
    DOMINANT_INFERRED = "dominant_inferred"
    TOO_LARGE = "too_large"
    EMPTY = "empty"
    # Ours, beyond the words of the page itself: the file is not what its sidecar or its split says.
    HASH_MISMATCH = "hash_mismatch"
    SIDECAR_INVALID = "sidecar_invalid"
    SEGMENTATION_INVALID = "segmentation_invalid"
    UNREADABLE = "unreadable"
