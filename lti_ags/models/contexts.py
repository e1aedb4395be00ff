"""A tool in a course, and the learners whom it knows there."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from opaque_keys.edx.django.models import CourseKeyField

from lti_ags.constants import MAX_ID_LENGTH
from lti_ags.models.fields import DigestField
from lti_ags.models.tools import LtiTool


class LtiContext(models.Model):
    """
    One tool in one course run: the owner of everything that the tool has in that course.

    Written by the configuration service when a block of the course takes the tool. Never changes. Unique by tool and
    course; ``uuid`` names it in URLs.

    .. no_pii:
    """

    uuid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    tool = models.ForeignKey(LtiTool, on_delete=models.PROTECT, related_name="contexts")
    course_key = CourseKeyField(max_length=255)
    course_key_digest = DigestField(of="course_key", db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """One row for a tool in a course, also when two blocks are published at once."""

        verbose_name = _("LTI context")
        verbose_name_plural = _("LTI contexts")
        constraints = [
            models.UniqueConstraint(fields=["tool", "course_key_digest"], name="lti_ags_context_tool_course_uniq")
        ]

    def __str__(self) -> str:
        return f"{self.tool_id} in {self.course_key}"


class LtiSubject(models.Model):
    """
    The platform user behind an LTI ``sub``, as one tool knows them in one course.

    Written at launch, and when a score names a user whom the LMS confirms. Unique by context and ``subject``, and by
    context and user. Its row is the lock that every change to one learner's scores and grades takes first.

    ``is_staff_trial``: a member of staff or a preview user who is not enrolled, whose scores are kept but never graded.

    .. pii: links a platform user to the opaque id that a tool has for them.
    .. pii_types: id
    .. pii_retirement: local_api
    """

    context = models.ForeignKey(LtiContext, on_delete=models.PROTECT, related_name="subjects")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=MAX_ID_LENGTH)
    subject_digest = DigestField(of="subject")
    is_staff_trial = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Two people never share a ``sub``, and one person never has two."""

        verbose_name = _("LTI subject")
        verbose_name_plural = _("LTI subjects")
        constraints = [
            models.UniqueConstraint(fields=["context", "subject_digest"], name="lti_ags_subject_context_sub_uniq"),
            models.UniqueConstraint(fields=["context", "user"], name="lti_ags_subject_context_user_uniq"),
        ]

    def __str__(self) -> str:
        return self.subject
