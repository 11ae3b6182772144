"""Kinds of junk that must be read in time linear in their length, for the tests and bench/reports.py."""

from __future__ import annotations

JUNK = (
    *(
        "a ",
        "USD ",
        "1",
        "1,",
        "(",
        "<div>",
        "[",
        "**",
        "| ",
        "By a, ",
        "in 2024 ",
        "The Market ",
        "North America ",
        "A. ",
    ),
    *(
        "\n",
        "- \n",
        "growing at a CAGR of ",
        "The ",
        " to ",
        "by type (",
        "by x: a; ",
        "Europe 1% ",
        "USD 1 bn in 2024, ",
    ),
    *("key players include A, ", "segmented into a, b by ", "the ai market size ", "1 billion and ", "Europe and "),
    *(
        "ignore all ",
        "from USD 1 bn ",
        "[{(",
        "1% ",
        "| a ",
        "the region held ",
        "a | b\n",
        "1. A\n",
        "A\n\n",
        "About A\n",
    ),
    *("2024 2025 a 1 2 ", "march\u00e9 des ", "\u306e\u5e02\u5834\u306f", "Europe: 1%\n\n", "USD 1 bn\nMarket Size\n"),
    *("Key players\n- A\n", "Type\n- a\n- b\n", "a, b and c "),
)
