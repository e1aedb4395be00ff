"""The pages of the course's staff, in the LMS: what came of scores, why, and what can be done about it."""
