"""ClinicalTrials.gov, the register of trials."""
