"""What maintainers of adapters work with: examples, trial readings, new adapters."""
