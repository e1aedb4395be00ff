"""What these docs add to Sphinx; ``generated`` is the extension, the other modules write its pages."""
