"""SQLite whose transactions take the write lock at once, for Django versions without ``transaction_mode``."""
