"""
How fast the package is: measured beside the incumbent and beside a floor, on one machine, in one run.

``python -m benchmarks`` (``make bench``) makes the environments, fills the databases, measures in interleaved rounds
and writes the report. docs/reference/benchmarks.rst says what is measured and how.
"""
