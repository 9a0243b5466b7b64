"""The Pharmaceuticals and Medical Devices Agency, Japan."""
