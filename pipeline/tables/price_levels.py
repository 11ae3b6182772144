"""What prices come to: levels, courses, indices, comparisons of classes and regions."""

from __future__ import annotations

from pipeline.schema import Table, day, flag, number, text, whole
from pipeline.tables.words import MACRO_REGIONS, PROVIDER_CLASSES, PURCHASE_MODELS, REPORT_REGIONS, VARIANTS

SERIES = text(
    "series_id", "Stable id of the series: hash of provider, offer, variant, count, region and purchase model."
)
OFFER = (
    text("provider", "Canonical provider."),
    text("provider_class", "Class of the provider.", allowed=PROVIDER_CLASSES),
    text("accelerator", "Canonical accelerator."),
    text("accelerator_variant", "Board or form; null where unstated.", nullable=True, allowed=VARIANTS),
    number("accelerator_count", "Accelerators of the offer; fractions exist.", nullable=True, at_least=0),
    text("instance_type", "Offer as the provider names it; null where no source does.", nullable=True),
    text("region", "Region as printed, or global, or unstated."),
    text("purchase_model", "How it is bought.", allowed=PURCHASE_MODELS),
)

TABLES = (
    Table(
        "price_levels",
        "prices",
        "accelerator x provider class x macro-region x purchase model",
        "Price levels from each offer's last comparable price (component prices and offers that vanished left out).",
        ("accelerator", "provider_class", "macro_region", "purchase_model"),
        (
            text("accelerator", "Canonical accelerator."),
            text("provider_class", "Class of the providers.", allowed=PROVIDER_CLASSES),
            text("macro_region", "Region of the report, or global, multi, unstated.", allowed=MACRO_REGIONS),
            text("purchase_model", "How it is bought.", allowed=PURCHASE_MODELS),
            *(
                number(f"price_usd_per_accelerator_hour_{s}", f"{w} over offers.", at_least=0)
                for s, w in (
                    ("median", "Median"),
                    ("q1", "First quartile"),
                    ("q3", "Third quartile"),
                    ("min", "Minimum"),
                    ("max", "Maximum"),
                )
            ),
            whole("n_offers", "Offers behind the row.", at_least=1),
            whole("n_providers", "Providers behind the row.", at_least=1),
            number(
                "price_usd_per_pflop_hour_median",
                "Median over offers of the price of one dense BF16 PFLOP/s for an hour, at the rate of its board.",
                nullable=True,
                at_least=0,
            ),
            day("last_observed", "Newest observation behind the row."),
            flag(
                "is_stale",
                "Whether that is longer ago than the staleness limit, counted from the newest observation of all.",
            ),
        ),
    ),
    Table(
        "price_points",
        "prices",
        "series x day",
        "Comparable prices: one a day of each series (provider, offer, region, purchase model, variant).",
        ("series_id", "observed_on"),
        (
            SERIES,
            day("observed_on", "Day of the observation."),
            *OFFER,
            text("macro_region", "Region of the report, or global, multi, unstated.", allowed=MACRO_REGIONS),
            number("price_usd_per_accelerator_hour", "Price of one accelerator for one hour.", at_least=0),
            text("observation_id", "Observation it is."),
        ),
        published=False,
    ),
    Table(
        "price_series",
        "prices",
        "series (provider x offer x region x purchase model x variant)",
        "What became of each price: first, lowest, highest and latest, and when it last changed.",
        ("series_id",),
        (
            SERIES,
            *OFFER,
            whole("n_observations", "Days with a price.", at_least=1),
            whole(
                "n_changes", "Changes seen between two of those days; less than a thousandth is rounding.", at_least=0
            ),
            day("first_seen", "First day with a price."),
            day("last_seen", "Last day with a price; not a sign that the offer ended."),
            day("low_since", "First day at the lowest price."),
            day("last_changed_on", "Day on which the latest change was first seen; null if none was.", nullable=True),
            *(
                number(f"{s}_price_usd_per_accelerator_hour", f"{w} price of one accelerator for one hour.", at_least=0)
                for s, w in (("first", "First"), ("low", "Lowest"), ("high", "Highest"), ("latest", "Latest"))
            ),
            number("change_first_to_low_pct", "From the first to the lowest price."),
            number("change_low_to_latest_pct", "From the lowest to the latest price."),
            number("change_first_to_latest_pct", "From the first to the latest price."),
        ),
    ),
    Table(
        "price_panel",
        "prices",
        "series x month",
        "Price of each series at the end of each month, held between two observations and never past the last.",
        ("series_id", "month"),
        (
            SERIES,
            day("month", "First day of the month."),
            text("provider_class", "Class of the provider.", allowed=PROVIDER_CLASSES),
            text("accelerator", "Canonical accelerator."),
            text("purchase_model", "How it is bought.", allowed=PURCHASE_MODELS),
            flag("is_observed", "Whether the price was seen that month; else it is held from the month before."),
            number("log_price", "Natural logarithm of the price of one accelerator-hour in US dollars."),
            number("log_change", "Change of it since the month before; null in the first month.", nullable=True),
        ),
        published=False,
    ),
    Table(
        "price_index",
        "prices",
        "month x provider class x accelerator x purchase model",
        "How prices of the same offers moved: a chained matched-model (Jevons) index with its interval, and a "
        "time-product-dummy regression beside it. Months in which no price was seen have no row.",
        ("provider_class", "accelerator", "purchase_model", "month"),
        (
            text("provider_class", "Class of the providers, or all.", allowed=(*PROVIDER_CLASSES, "all")),
            text("accelerator", "Canonical accelerator, or all."),
            text("purchase_model", "How it is bought.", allowed=PURCHASE_MODELS),
            day("month", "First day of the month."),
            day("chain_start", "Month in which the index is 100. After a gap that no offer spans it starts anew."),
            number("index_jevons", "Chained geometric mean of price relatives of matched offers.", at_least=0),
            number(
                "index_jevons_p05",
                "5 percent of the bootstrap draws lie at or below it; null for fewer than three matched series.",
                nullable=True,
                at_least=0,
            ),
            number("index_jevons_p95", "95 percent of them do.", nullable=True, at_least=0),
            number(
                "index_tpd",
                "Time-product-dummy index: month effects of a regression of log price on month and series; null for "
                "fewer than three series and over all accelerators, which share no one course of prices. It moves with "
                "an offer that joins and whose price changes later; the matched index does not.",
                nullable=True,
                at_least=0,
            ),
            number("index_tpd_low", "5 percent bound of it, errors clustered by series.", nullable=True, at_least=0),
            number("index_tpd_high", "95 percent bound of it.", nullable=True, at_least=0),
            whole(
                "n_matched",
                "Series with a price this month and the month before; 0 where the index starts.",
                at_least=0,
            ),
            whole("n_observed", "Of those (of all where the index starts), series seen this month.", at_least=1),
            whole("n_series", "Series that were matched anywhere in the chain.", at_least=1),
        ),
    ),
    Table(
        "price_class_pairs",
        "prices",
        "accelerator x board x hyperscaler x specialised provider",
        "Like-with-like list prices on demand: same accelerator and board, eight or nearest in size, US or everywhere.",
        ("accelerator", "board", "hyperscaler", "specialised"),
        (
            text("accelerator", "Canonical accelerator."),
            text("board", "Board or form; a row that names none is taken as the commonest of its accelerator."),
            text("hyperscaler", "One of the hyperscalers that the report names."),
            text("specialised", "A provider that sells GPU compute alone."),
            number("hyperscaler_usd_per_accelerator_hour", "Price of the first.", at_least=0),
            number("specialised_usd_per_accelerator_hour", "Price of the second.", at_least=0),
            number("ratio", "First over second; above 1 the specialised provider is cheaper.", at_least=0),
            number("hyperscaler_accelerator_count", "Size of the first offer.", nullable=True, at_least=0),
            number("specialised_accelerator_count", "Size of the second offer.", nullable=True, at_least=0),
            day("hyperscaler_observed_on", "Day of the first price."),
            day("specialised_observed_on", "Day of the second price."),
            text("hyperscaler_observation_id", "Observation behind the first."),
            text("specialised_observation_id", "Observation behind the second."),
        ),
        may_be_empty=True,
    ),
    Table(
        "price_class_ratio",
        "prices",
        "accelerator x board",
        "What hyperscalers charge for each dollar of GPU-only clouds: ratio of medians over providers, like with like.",
        ("accelerator", "board"),
        (
            text("accelerator", "Canonical accelerator."),
            text("board", "Board or form."),
            number("hyperscaler_usd_per_accelerator_hour_median", "Median over hyperscalers.", at_least=0),
            number("specialised_usd_per_accelerator_hour_median", "Median over specialised providers.", at_least=0),
            number("ratio", "First over second.", at_least=0),
            number(
                "ratio_p05",
                "5 percent of resamples of the providers lie at or below it; null for fewer than three on a side.",
                nullable=True,
                at_least=0,
            ),
            number("ratio_p95", "95 percent of them do.", nullable=True, at_least=0),
            number(
                "specialised_cheaper_share",
                "Share of the pairs in which the specialised provider is cheaper.",
                at_least=0,
                at_most=1,
            ),
            whole("n_hyperscalers", "Hyperscalers behind it.", at_least=1),
            whole("n_specialised", "Specialised providers behind it.", at_least=1),
            day("oldest_observed_on", "Oldest price behind it."),
            day("newest_observed_on", "Newest price behind it."),
        ),
        may_be_empty=True,
    ),
    Table(
        "price_region_pairs",
        "prices",
        "provider x accelerator x board x region",
        "List prices of the same machines of a hyperscaler in another region of the report and in North America.",
        ("macro_region", "provider", "accelerator", "board"),
        (
            text("macro_region", "Region of the report, other than North America.", allowed=REPORT_REGIONS),
            text("provider", "Canonical provider."),
            text("accelerator", "Canonical accelerator."),
            text("board", "Board or form, or unstated."),
            number("ratio", "Price there over price in North America: geometric mean over machines.", at_least=0),
            whole("n_machines", "Machines (sizes) with a price in both.", at_least=1),
            whole("n_places", "Most places in the region that one of them has a price in.", at_least=1),
            whole("n_north_america_places", "The same in North America.", at_least=1),
            day("oldest_observed_on", "Oldest price behind it."),
            day("newest_observed_on", "Newest price behind it."),
        ),
        may_be_empty=True,
    ),
    Table(
        "price_region_levels",
        "prices",
        "region of the report",
        "What hyperscalers charge in each region for each dollar in North America, over matched accelerators.",
        ("macro_region",),
        (
            text("macro_region", "Region of the report.", allowed=REPORT_REGIONS),
            text(
                "price_region",
                "Region whose level is used: its own with three pairs of two providers or more, else North America's.",
                allowed=REPORT_REGIONS,
            ),
            number("ratio", "Geometric mean over them; 1 where the level is North America's.", at_least=0),
            number("ratio_p05", "5 percent of resamples of them lie at or below it.", at_least=0),
            number("ratio_p95", "95 percent of them do.", at_least=0),
            whole(
                "n_pairs", "Accelerators (by provider and board) with a price there and in North America.", at_least=0
            ),
            whole("n_providers", "Providers of those.", at_least=0),
            day("oldest_observed_on", "Oldest price behind it; null where there is none.", nullable=True),
            day("newest_observed_on", "Newest price behind it; null where there is none.", nullable=True),
        ),
    ),
    Table(
        "company_coverage",
        "prices",
        "company the report lists",
        "Which of the report's top companies has an hourly price, a price in another unit, or none; and since when.",
        ("top_company",),
        (
            text("top_company", "Company as the report lists it."),
            text("provider", "Canonical provider."),
            text("coverage", "Best kind of price there is.", allowed=("hourly", "other_unit", "none")),
            whole("n_observations", "Hourly prices kept; null where there is none.", nullable=True, at_least=1),
            whole(
                "n_accelerators",
                "Accelerators with an hourly price; null where there is none.",
                nullable=True,
                at_least=1,
            ),
            day("hourly_since", "First hourly price.", nullable=True),
            day("hourly_until", "Last hourly price.", nullable=True),
            text("other_units", "Units of its prices that are not hourly, joined by ';'.", nullable=True),
            text("other_since", "Earliest date of those, as far as the source gives it.", nullable=True),
        ),
    ),
)
