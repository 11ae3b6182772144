"""A reproducible pipeline from market-research pages and compute prices to published, explained tables."""
