"""What is watched and who is told: `sources.yaml`, checked whole, every fault with its line and what to write."""

from regwatch.watchlist.adapter_facts import AdapterFacts
from regwatch.watchlist.load import load_watchlist
from regwatch.watchlist.shape import json_schema
from regwatch.watchlist.watched import Cadence, Recipient, Watchlist

__all__ = ["AdapterFacts", "Cadence", "Recipient", "Watchlist", "json_schema", "load_watchlist"]
