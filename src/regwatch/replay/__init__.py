"""Real history: recorded states of sources, played through the real pipeline on a driven clock, and recorded anew."""
