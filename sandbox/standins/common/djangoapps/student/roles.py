"""Course roles."""

from __future__ import annotations

from opaque_keys.edx.django.models import CourseKeyField

from common.djangoapps.student.models import CourseAccessRole


class AccessRole:
    """Something a user may be."""

    def has_user(self, user, check_user_activation=True):
        raise NotImplementedError


class GlobalStaff(AccessRole):
    """Staff of the whole site."""

    def has_user(self, user, check_user_activation=True):
        return bool(user and user.is_staff)

    def add_users(self, *users):
        for user in users:
            user.is_staff = True
            user.save(update_fields=["is_staff"])


class RoleBase(AccessRole):
    """A role in an organisation or a course, one row for each user."""

    def __init__(self, role_name, org="", course_key=None):
        self._role_name = role_name
        self.org = org
        self.course_key = course_key

    def _rows(self):
        return CourseAccessRole.objects.filter(
            role=self._role_name, org=self.org, course_id=self.course_key or CourseKeyField.Empty
        )

    def has_user(self, user, check_user_activation=True):
        if check_user_activation and not (user.is_authenticated and user.is_active):
            return False
        return self._rows().filter(user=user).exists()

    def add_users(self, *users):
        for user in users:
            CourseAccessRole.objects.get_or_create(
                user=user, role=self._role_name, org=self.org, course_id=self.course_key
            )

    def remove_users(self, *users):
        self._rows().filter(user__in=users).delete()

    def users_with_role(self):
        from django.contrib.auth import get_user_model

        return get_user_model().objects.filter(courseaccessrole__in=self._rows())


class CourseRole(RoleBase):
    """A role in one course."""

    def __init__(self, role, course_key):
        super().__init__(role, course_key.org, course_key)


def _course_role(name: str, role: str):
    class Role(CourseRole):
        ROLE = role

        def __init__(self, course_key):
            super().__init__(role, course_key)

    Role.__name__ = Role.__qualname__ = name
    return Role


CourseStaffRole = _course_role("CourseStaffRole", "staff")
CourseLimitedStaffRole = _course_role("CourseLimitedStaffRole", "limited_staff")
CourseInstructorRole = _course_role("CourseInstructorRole", "instructor")
CourseBetaTesterRole = _course_role("CourseBetaTesterRole", "beta_testers")
CourseDataResearcherRole = _course_role("CourseDataResearcherRole", "data_researcher")
CourseCcxCoachRole = _course_role("CourseCcxCoachRole", "ccx_coach")


class OrgStaffRole(RoleBase):
    """Staff of an organisation."""

    def __init__(self, org):
        super().__init__("staff", org)


class OrgInstructorRole(RoleBase):
    """Instructor of an organisation."""

    def __init__(self, org):
        super().__init__("instructor", org)
