"""Health Canada."""
