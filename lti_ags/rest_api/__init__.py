"""What tools reach over HTTP: tokens, keys, line items, scores and results."""
