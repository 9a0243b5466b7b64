"""The Medicines and Healthcare products Regulatory Agency, United Kingdom."""
