"""What compute costs: observations, levels, and the reference tables they need."""

from __future__ import annotations

from pipeline.schema import Table, day, flag, number, text, whole
from pipeline.tables.words import (
    DATE_BASES,
    MACRO_REGIONS,
    PRICE_BASES,
    PRODUCT_KINDS,
    PROVIDER_CLASSES,
    PURCHASE_MODELS,
    REJECT_COLUMNS,
    SOURCE_TIERS,
    VARIANTS,
)

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
        "accelerators",
        "prices",
        "accelerator",
        "Reference facts of each accelerator.",
        ("accelerator",),
        (
            text("accelerator", "Canonical name."),
            text("vendor", "Maker."),
            text("kind", "GPU, TPU or ASIC.", allowed=("GPU", "TPU", "ASIC")),
            number(
                "bf16_dense_tflops",
                "Dense BF16 (or FP16 tensor) rate, of the SXM board where boards differ.",
                at_least=0,
            ),
            number(
                "bf16_dense_pcie_tflops", "The same of the PCIe card; null where it does not differ.", nullable=True
            ),
            number("bf16_dense_nvl_tflops", "The same of the NVL card; null where it does not differ.", nullable=True),
            number("memory_gb", "Memory of one accelerator.", nullable=True, at_least=0),
            number("board_power_w", "Board power.", nullable=True, at_least=0),
            text("available_from", "Month of general availability, such as 2022-10."),
            text("note", "Caveats.", nullable=True),
        ),
    ),
    Table(
        "providers",
        "prices",
        "provider",
        "Who sells compute or tooling, and of what class they are.",
        ("provider",),
        (
            text("provider", "Canonical name."),
            text("provider_class", "Kind of provider.", allowed=PROVIDER_CLASSES),
            text("top_company", "Which of the report's top companies it is.", nullable=True),
            text(
                "marketplace_instance_type",
                "Instance type under which it resells others' machines: such rows are class marketplace.",
                nullable=True,
            ),
            text("note", "Caveats.", nullable=True),
        ),
    ),
    Table(
        "regions",
        "prices",
        "printed region",
        "Every region string of the price rows and the macro-region it lies in.",
        ("region",),
        (
            text("region", "Region as printed by the provider or catalogue."),
            text("macro_region", "Region of the report, or global, or multi.", allowed=MACRO_REGIONS),
            text("country", "Country or countries, ISO 3166 alpha-2, joined by ';'.", nullable=True),
        ),
    ),
    Table(
        "non_hourly_prices",
        "prices",
        "product",
        "Products of the report's companies that have no price per accelerator-hour.",
        ("provider", "product"),
        (
            text("provider", "Canonical provider."),
            text("product", "Product."),
            text("kind", "What sort of figure it is.", allowed=PRODUCT_KINDS),
            text("unit", "What is priced; null where nothing is.", nullable=True),
            number("price_usd", "Price in that unit; null where none is public, never 0.", nullable=True, at_least=0),
            text("as_of", "Year, month or day of the price, as far as the source gives it.", nullable=True),
            text("source", "Where it was read."),
            text("confidence", "How far to trust it.", allowed=("primary", "secondary", "low")),
            text("notes", "Caveats.", nullable=True),
        ),
    ),
    Table(
        "price_observations",
        "prices",
        "provider x offer x region x purchase model x date",
        "Every dated price that was kept.",
        ("observation_id",),
        (
            text("observation_id", "Stable id: the offer and the day."),
            text(
                "offer_id", "Stable id of the offer: hash of provider, accelerator, count, instance, place and terms."
            ),
            text("provider", "Canonical provider."),
            text("provider_class", "Class of the provider.", allowed=PROVIDER_CLASSES),
            text("accelerator", "Canonical accelerator."),
            text("accelerator_variant", "Board or form; null where unstated.", nullable=True, allowed=VARIANTS),
            number("accelerator_count", "Accelerators of the offer; fractions exist.", nullable=True, at_least=0),
            text("instance_type", "Offer as the provider names it.", nullable=True),
            text("region", "Region as printed; null where the source gives none.", nullable=True),
            text(
                "macro_region",
                "Region of the report; global where one price holds everywhere, multi where a row covers countries of "
                "several regions, unstated where the source gives no region.",
                allowed=MACRO_REGIONS,
            ),
            text("purchase_model", "How it is bought.", allowed=PURCHASE_MODELS),
            text(
                "price_basis",
                "What the price covers; component prices are never compared with instance prices.",
                allowed=PRICE_BASES,
            ),
            number("price_usd_per_hour", "Price of the whole offer.", nullable=True, at_least=0),
            number("price_usd_per_accelerator_hour", "Price of one accelerator for one hour.", at_least=0),
            day("observed_on", "Day of the observation."),
            text("date_basis", "What that day is; a commit date is an upper bound.", allowed=DATE_BASES),
            text("source_tier", "Kind of source.", allowed=SOURCE_TIERS),
            text("source", "Where the figure was read."),
            text("source_file", "Raw file, relative to data/raw."),
            whole("source_row", "Row in the raw file, from 1 without the header.", at_least=1),
            text("flags", "Codes of what was noticed, joined by ';'."),
            text("notes", "Caveats.", nullable=True),
        ),
    ),
    Table(
        "price_rejects",
        "prices",
        "refused row",
        "Price rows that were refused.",
        ("table_name", "source_file", "source_row", "reason"),
        REJECT_COLUMNS,
        published=False,
        may_be_empty=True,
    ),
    Table(
        "price_file_counts",
        "prices",
        "raw price file",
        "What became of every row of every price file: read = kept + rejected + merged.",
        ("source_file",),
        (
            text("source_file", "Raw file, relative to data/raw."),
            whole("rows_read", "Rows in the file.", at_least=1),
            whole("rows_kept", "Rows that became observations.", at_least=0),
            whole("rows_rejected", "Rows refused, each with its reason in price_rejects.", at_least=0),
            whole("rows_merged", "Rows that repeat a kept observation.", at_least=0),
        ),
        published=False,
    ),
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
                "fewer than three series and over all accelerators, which share no one course of prices.",
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
)
