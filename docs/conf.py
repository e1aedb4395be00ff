"""Configuration of Sphinx; `make docs` builds with it, and every warning is an error."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "sandbox" / "standins")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sandbox.settings.lms")
django.setup()

import lti_ags  # noqa: E402 - Django comes first

project = "lti-ags"
author = "the lti-ags project"
copyright = "the lti-ags project, Apache License 2.0"
version = release = lti_ags.__version__

extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "docs.extensions.generated"]
templates_path = ["_templates"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"lti-ags {release}"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_theme_options = {"navigation_with_keys": True}
html_show_sphinx = False
html_copy_source = False
highlight_language = "text"
pygments_style = "default"

# References to our own code must lead somewhere; what other packages hold has no pages here.
nitpicky = True
nitpick_ignore_regex = [("py:.*", r"(?!lti_ags\.(signals|api)\.).*")]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_class_signature = "separated"
autodoc_default_options = {"exclude-members": "__init__"}
python_maximum_signature_line_length = 90
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_rtype = False
napoleon_custom_sections = ["Spec"]
