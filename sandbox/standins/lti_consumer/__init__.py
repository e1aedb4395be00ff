"""Stands in for the platform's older LTI component: its tables and its block, and nothing that they do."""
