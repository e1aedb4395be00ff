"""Database backends of the sandbox."""
