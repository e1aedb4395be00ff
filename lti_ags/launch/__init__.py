"""The way of a learner's browser into the tool: OpenID Connect third-party initiated login."""
