"""The Scottish Medicines Consortium."""
