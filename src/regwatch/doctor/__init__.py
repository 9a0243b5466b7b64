"""What an operator should know before the night: whether everything that regwatch needs is there and in order."""
