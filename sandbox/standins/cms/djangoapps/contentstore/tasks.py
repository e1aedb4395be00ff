"""Whole courses: re-run, import and export."""

from __future__ import annotations

from datetime import UTC, datetime

from openedx_events.content_authoring.data import CourseData
from openedx_events.content_authoring.signals import COURSE_IMPORT_COMPLETED

from common.djangoapps.course_action_state.models import CourseRerunState
from common.djangoapps.student.roles import CourseInstructorRole, CourseStaffRole
from xmodule.modulestore.django import modulestore
from xmodule.modulestore.process import as_studio
from xmodule.modulestore.xml_exporter import export_course_to_xml
from xmodule.modulestore.xml_importer import import_course_from_xml


def rerun_course(source_course_key, destination_course_key, user, fields=None):
    """Copy a course run, draft and published, under the same block ids; the author becomes its staff."""
    with as_studio():
        store = modulestore()
        # Studio notes it before the task that copies is sent.
        CourseRerunState.objects.initiated(source_course_key, destination_course_key, user, "")
        store.clone_course(source_course_key, destination_course_key, user.id, fields=fields)
        CourseInstructorRole(destination_course_key).add_users(user)
        CourseStaffRole(destination_course_key).add_users(user)
        for unit in store.get_items(destination_course_key, qualifiers={"category": "vertical"}):
            store.announce_update(unit.location)
        CourseRerunState.objects.succeeded(course_key=destination_course_key)


def import_olx(user, course_key, folder):
    """Import OLX into a run, which is made when it is not there yet; draft and published become the file's."""
    with as_studio():
        import_course_from_xml(modulestore(), user.id, folder, target_id=course_key)
    COURSE_IMPORT_COMPLETED.send_event(time=datetime.now(UTC), course=CourseData(course_key=course_key))


def export_olx(course_key, folder):
    """Write a course's published branch as OLX. Nobody is told."""
    export_course_to_xml(modulestore(), course_key, folder)
