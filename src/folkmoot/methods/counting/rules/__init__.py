"""The counting rules: one file each, found by itself."""
