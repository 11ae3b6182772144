"""What binds the model: evidence, assumptions, constraints."""

from __future__ import annotations

from pipeline.schema import Column, Table, calendar_year, number, text, whole
from pipeline.tables.words import CONSTRAINT_KINDS, DIMENSION, DIMENSION_KIND, DISTRIBUTIONS, MARKET, RELATIONS

TABLES = (
    Table(
        "evidence",
        "evidence",
        "figure from any source",
        "Claims and other sources' figures, on one footing.",
        ("evidence_id",),
        (
            text("evidence_id", "Readable id."),
            MARKET,
            text("relation", "Scope of the source against the market.", allowed=RELATIONS),
            text("source", "Who states it."),
            text("metric", "What is stated."),
            text("member", "Member it is about.", nullable=True),
            number("value", "Stated value, in the unit of the metric.", nullable=True),
            text("unit", "Unit of the value.", nullable=True),
            calendar_year("year", "Year it is about.", nullable=True),
            text("place", "Where in the source: section, or file and row."),
        ),
    ),
    Table(
        "assumptions",
        "evidence",
        "assumption",
        "Every number the model needs that no source gives.",
        ("name",),
        (
            text("name", "Name of the assumption."),
            number("value", "Central value."),
            number("low", "Lower end of its range."),
            number("high", "Upper end of its range."),
            text("distribution", "How a draw takes it: at its value, or over its range.", allowed=DISTRIBUTIONS),
            text("unit", "Unit of the three numbers."),
            text("why", "Why this value and range."),
            text("moves", "Which published numbers it moves, and how."),
        ),
    ),
    Table(
        "constraints",
        "evidence",
        "market x constraint",
        "What the claims and assumptions demand of every draw.",
        ("market", "constraint_id"),
        (
            MARKET,
            text("constraint_id", "Readable id, unique in the market."),
            DIMENSION,
            DIMENSION_KIND,
            text("member", "Member it binds."),
            text("other_member", "Second member, where two are compared.", nullable=True),
            text("kind", "What it demands.", allowed=CONSTRAINT_KINDS),
            number("low", "Lower bound (share, or ratio for margin_over).", nullable=True),
            number("high", "Upper bound.", nullable=True),
            calendar_year("year", "Year it binds, for shares and ranks of size.", nullable=True),
            text("claim_id", "Claim it comes from."),
            text("assumption", "Assumption that turned words into its bounds.", nullable=True),
        ),
    ),
    Table(
        "share_draws",
        "model",
        "market x dimension x draw",
        "Joint samples of base-year shares and relative growth, after conditioning on the claims.",
        ("market", "dimension", "draw"),
        (
            MARKET,
            DIMENSION,
            DIMENSION_KIND,
            whole("draw", "Number of the draw, from 0.", at_least=0),
            Column("base_shares", "float64[]", "Share of each member in the base year, by position."),
            Column("growths", "float64[]", "Yearly log growth of each member's weight, by position."),
        ),
        published=False,
    ),
    Table(
        "draw_quality",
        "model",
        "market x dimension",
        "How the draws were conditioned and how many points were kept.",
        ("market", "dimension"),
        (
            MARKET,
            DIMENSION,
            DIMENSION_KIND,
            text("method", "How the claims were imposed."),
            whole("points_tried", "Sobol points tried.", at_least=1),
            whole("points_kept", "Points that meet every constraint.", at_least=1),
            number("kept_share", "Kept of tried.", at_least=0, at_most=1),
            number("effective_draws", "Independent draws the kept ones are worth for means.", at_least=1),
        ),
    ),
)
