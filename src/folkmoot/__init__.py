"""Folkmoot: hear a movement's members, understand them, publish in time, decide together."""

__version__ = "0.1.0"
