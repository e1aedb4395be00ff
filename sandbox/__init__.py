"""A small Open edX to try the package in: stand-ins for the platform, a course, learners, and a tool."""
