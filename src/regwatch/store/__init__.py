"""Everything that is kept."""
