"""Canada's Drug Agency."""
