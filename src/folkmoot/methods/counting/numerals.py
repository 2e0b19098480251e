"""Exact numbers as people write them."""

from __future__ import annotations

from fractions import Fraction


def decimal_text(units: int, places: int) -> str:
    """A whole number of units of 10^-places: decimal_text(12345, 2) is 123.45."""
    if not places:
        return str(units)
    whole, rest = divmod(abs(units), 10**places)
    return f"{'-' if units < 0 else ''}{whole}.{rest:0{places}d}"


def fraction_text(value: Fraction) -> str:
    """A decimal where the value has one of at most nine places, else n/d: 3/2 is 1.5, 1/3 stays 1/3."""
    places = next((places for places in range(10) if 10**places % value.denominator == 0), None)
    if places is None:
        return f"{value.numerator}/{value.denominator}"
    return decimal_text(value.numerator * 10**places // value.denominator, places)


def rounded_text(value: Fraction, places: int) -> str:
    """To so many decimals, halves away from zero: for reading, never for deciding."""
    scaled = abs(value) * 10**places
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return decimal_text(-units if value < 0 else units, places)
