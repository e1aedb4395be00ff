"""Blocks of libraries, which no benchmark asks for; the incumbent imports the module whichever block it loads."""
