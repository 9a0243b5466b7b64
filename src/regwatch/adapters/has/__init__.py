"""The Haute Autorité de santé, France."""
