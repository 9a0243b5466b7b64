"""regwatch: watches medicines authorities and press rooms, and tells advocates what changed."""

__version__ = "0.1.0"
