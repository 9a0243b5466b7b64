"""Any publisher: a feed, a page, a JSON document."""
