"""Everything that writes: each function opens its own transaction and takes the time as an argument."""
