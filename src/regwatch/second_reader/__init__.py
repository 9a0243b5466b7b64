"""A language model as second reader, by choice: it gives an opinion on changed prose, and never the last word."""
