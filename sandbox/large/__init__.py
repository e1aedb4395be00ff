"""A course as a university might have it: two hundred learners, a term of work, and everything that can go wrong."""
