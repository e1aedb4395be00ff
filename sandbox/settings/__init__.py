"""Settings of the sandbox's two services, ``lms`` and ``cms``."""
