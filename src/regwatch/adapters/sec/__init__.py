"""The United States Securities and Exchange Commission: what companies file."""
