"""What adapters read with."""
