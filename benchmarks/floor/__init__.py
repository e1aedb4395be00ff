"""
The floor: the least that a score can cost with Django's ORM.

A plain view checks an HMAC and executes the statements that our own POST of a score executes, one for one: the run
compares them. It has their SQL written once, as we have. It validates nothing, decides nothing and tells nobody; what
we cost above it is what those cost.
"""
