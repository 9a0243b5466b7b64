"""The Therapeutic Goods Administration, Australia."""
