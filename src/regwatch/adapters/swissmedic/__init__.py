"""Swissmedic, the Swiss agency for therapeutic products."""
