"""Names of the grades app."""

from __future__ import annotations


class ScoreDatabaseTableEnum:
    """Where a score is kept."""

    courseware_student_module = "csm"
    submissions = "submissions"
    overrides = "overrides"


class GradeOverrideFeatureEnum:
    """What overrode a subsection's grade."""

    proctoring = "PROCTORING"
    gradebook = "GRADEBOOK"
    grade_import = "grade-import"
