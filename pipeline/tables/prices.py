"""Prices as read: observations, what became of each row, and the reference tables they need."""

from __future__ import annotations

from pipeline.schema import Table, day, number, text, whole
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
            text(
                "report_group",
                "Its side in the report's comparison: hyperscaler (the report names AWS, Azure and Google Cloud) or "
                "specialised (sells GPU compute alone); null for other general clouds and for tooling.",
                nullable=True,
                allowed=("hyperscaler", "specialised"),
            ),
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
        "What became of every row of every price file: read = kept + rejected + merged + out of scope.",
        ("source_file",),
        (
            text("source_file", "Raw file, relative to data/raw."),
            whole("rows_read", "Rows in the file.", at_least=1),
            whole("rows_kept", "Rows that became observations (one, or two where a row holds two prices).", at_least=0),
            whole("rows_rejected", "Rows refused whole, each with its reason in price_rejects.", at_least=0),
            whole("rows_merged", "Rows that repeat a kept observation.", at_least=0),
            whole(
                "rows_out_of_scope",
                "Rows about something else: machines without accelerators, and accelerators known and not tracked.",
                at_least=0,
            ),
        ),
        published=False,
    ),
)
