"""The Pharmaceutical Benefits Advisory Committee, Australia."""
