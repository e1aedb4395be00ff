"""Receivers of ``post_save``: exactly the two that connect saving with its consequence."""
