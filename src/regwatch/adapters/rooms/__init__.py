"""Press rooms of companies, and of the systems they are built with."""
