"""The public board: pages, feeds, calendar and data, read from the ledger by a process that can write nothing."""
