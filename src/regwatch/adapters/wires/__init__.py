"""News wires that carry the releases of many companies."""
