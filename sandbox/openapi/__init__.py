"""
Describes the HTTP interface as an OpenAPI document: ``python -m sandbox.openapi FILE``.

The package itself knows nothing of this: no site has to install what is only needed to write the page.
"""
