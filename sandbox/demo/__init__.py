"""The main job, played over real HTTP: from a learner's launch and a tool's token to grades in the gradebook."""
