"""A reproducible pipeline from market-research pages and compute prices to published, explained tables."""

import os

# Its matrices are small: threads of the linear algebra would wait for each other longer than they compute, most of all
# beside other work, and sum in another order on another number of cores. Read when numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
