"""The European Medicines Agency: its pages, reports and lists."""
