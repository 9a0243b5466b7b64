"""How the sources are: what is wrong with one for longer than it should be, and telling the operator once."""
