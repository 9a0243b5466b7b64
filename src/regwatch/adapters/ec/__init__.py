"""The European Commission's Union Register."""
