"""The National Institute for Health and Care Excellence, England."""
