"""Keys, signatures and tokens: whom we believe, and how others know that it is us."""
