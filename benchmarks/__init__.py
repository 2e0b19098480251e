"""Each figure we claim, beside its peer, in CPU seconds and ratios."""
