"""What compute costs: every published price format in, one normalised table of observations out.

Belongs here: reading, validating, normalising and merging prices and the reference tables they need. Does not belong
here: levels, indices and comparisons (sql/prices/), rules between tables (sql/quality/price_*).
"""

from pipeline.prices.build import PriceTables, read_prices

__all__ = ["PriceTables", "read_prices"]
