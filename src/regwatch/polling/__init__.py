"""One poll: crawl a source, compare, classify, commit."""
