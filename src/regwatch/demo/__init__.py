"""The demo: an archive of pages served on loopback and polled by the real pipeline with a driven clock."""
