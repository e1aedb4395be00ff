"""LTI Assignment and Grade Services 2.0 for Open edX: a tool's score becomes a learner's grade."""

from __future__ import annotations

__version__ = "0.1.0"
