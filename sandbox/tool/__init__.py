"""
The example tool: a quiz that gives its scores back to the course.

A program of its own, on a third-party library for tools; it knows the platform only by what the platform sends.
"""
