"""The United States Food and Drug Administration."""
