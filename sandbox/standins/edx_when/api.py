"""Ask for and set the dates of blocks."""

from __future__ import annotations

from django.utils import timezone

from edx_when.models import ContentDate, UserDate


class MissingDateError(Exception):
    """The block has no such date, or none may be set."""


def get_dates_for_course(course_id, user=None, use_cached=True, **kwargs):
    """Return ``{(usage key, field): date}`` of the course, with the learner's own dates where there are any."""
    dates = {
        (date.location.map_into_course(course_id), date.field): date.abs_date
        for date in ContentDate.objects.filter(course_id=course_id, active=True)
    }
    if user is not None and getattr(user, "id", None):
        for own in (
            UserDate.objects.filter(user_id=user.id, content_date__course_id=course_id, content_date__active=True)
            .select_related("content_date")
            .order_by("id")
        ):
            key = own.content_date.location.map_into_course(course_id), own.content_date.field
            dates[key] = own.abs_date or own.content_date.abs_date
    return dates


def get_date_for_block(course_id, block_id, name="due", user=None, **kwargs):
    """Return the date of exactly this block, the learner's own if there is one; None where the block has none."""
    return get_dates_for_course(course_id, user=user).get((block_id, name))


def get_overrides_for_user(course_id, user):
    """Yield what this learner has instead of the course's dates."""
    for own in UserDate.objects.filter(user=user, content_date__course_id=course_id).select_related("content_date"):
        yield {"location": own.content_date.location, "actual_date": own.abs_date}


def set_dates_for_course(course_id, items):
    """Store the dates of a course; ``items`` are ``(usage key, {field: date})``."""
    kept = []
    for location, fields in items:
        for field, value in fields.items():
            row, _created = ContentDate.objects.update_or_create(
                location=location, field=field, defaults={"course_id": course_id, "abs_date": value, "active": True}
            )
            kept.append(row.pk)
    ContentDate.objects.filter(course_id=course_id).exclude(pk__in=kept).update(active=False)


def set_date_for_block(course_id, block_id, field, date_or_timedelta, user=None, reason="", actor=None):
    """
    Set a date of a block, for all or for one learner; None takes the learner's own date away.

    Raises:
        MissingDateError: the block has no such date to extend.
    """
    if date_or_timedelta is not None and timezone.is_naive(date_or_timedelta):
        raise ValueError("Dates are aware")
    existing = ContentDate.objects.filter(course_id=course_id, location=block_id, field=field, active=True).first()
    if user is None:
        ContentDate.objects.update_or_create(
            location=block_id,
            field=field,
            defaults={"course_id": course_id, "abs_date": date_or_timedelta, "active": True},
        )
        return
    if existing is None:
        raise MissingDateError(block_id)
    UserDate.objects.filter(user=user, content_date=existing).delete()
    if date_or_timedelta is not None:
        UserDate.objects.create(user=user, content_date=existing, abs_date=date_or_timedelta, reason=reason)
