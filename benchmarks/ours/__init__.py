"""This package, as an LMS serves it."""
