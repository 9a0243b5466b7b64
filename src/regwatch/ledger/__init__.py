"""Transitions and expectations."""
