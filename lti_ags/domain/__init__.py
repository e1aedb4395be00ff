"""The rules, as pure functions over frozen values: no Django, no database, no HTTP, no clock."""
