"""The address of the reader in the tests' stories, which must turn up in no log."""

MARK = "marker-address@reader.example"
