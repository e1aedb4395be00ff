"""
What happens when something is saved, published, retired or enrolled. Receivers schedule; they do not decide.

``saving`` holds the two receivers of ``post_save``; ``platform`` those of Open edX's own announcements; ``tracking``
those of our own, which it passes on to the platform's tracking log.
"""
