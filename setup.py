"""Packaging of lti-ags. Configuration of tools is in pyproject.toml."""

from __future__ import annotations

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).resolve().parent


def package_version() -> str:
    """Return the version that ``lti_ags/__init__.py`` states; it is stated nowhere else."""
    source = (HERE / "lti_ags" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', source, flags=re.MULTILINE)
    if found is None:
        raise RuntimeError("lti_ags/__init__.py does not state __version__")
    return found[1]


def install_requirements() -> list[str]:
    """Return the requirements of ``requirements/base.in``, without its comments and options."""
    lines = (HERE / "requirements" / "base.in").read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.lstrip().startswith(("#", "-"))]


setup(
    name="lti-ags",
    version=package_version(),
    description="LTI 1.3 Assignment and Grade Services 2.0 for Open edX: a tool's score becomes a learner's grade.",
    long_description=(HERE / "README.rst").read_text(encoding="utf-8"),
    long_description_content_type="text/x-rst",
    license="Apache-2.0",
    license_files=["LICENSE"],
    keywords="lti ags grades open-edx xblock django",
    python_requires=">=3.11",
    install_requires=install_requirements(),
    packages=find_packages(include=["lti_ags", "lti_ags.*"]),
    package_data={
        "lti_ags": ["py.typed"],
        "": [
            "templates/**/*",
            "static/**/*",
            "public/**/*",
            "locale/**/*",
        ],
    },
    zip_safe=False,
    entry_points={
        "lms.djangoapp": ["lti_ags = lti_ags.apps:LtiAgsConfig"],
        "cms.djangoapp": ["lti_ags = lti_ags.apps:LtiAgsConfig"],
        "xblock.v1": ["lti_ags = lti_ags.xblock.block:LtiAgsXBlock"],
    },
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Framework :: Django",
        "Framework :: Django :: 4.2",
        "Framework :: Django :: 5.2",
        "Intended Audience :: Education",
        "Natural Language :: English",
        "Operating System :: OS Independent",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Topic :: Education",
        "Typing :: Typed",
    ],
)
