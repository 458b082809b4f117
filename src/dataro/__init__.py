"""Dataro (데이터로): the software a city runs to govern by data."""

__version__ = "0.1.0"
