"""From the ledger to somebody's inbox."""
