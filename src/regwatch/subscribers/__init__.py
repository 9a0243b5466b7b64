"""Those who are told: sign-up, consent, choices, links, bounces, erasure. No address ever leaves for a log."""
