"""The Federal Joint Committee (G-BA), Germany."""
