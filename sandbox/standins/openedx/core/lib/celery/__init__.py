"""The one Celery application of a service; tasks are found in the ``tasks`` module of every installed app."""

from __future__ import annotations

from celery import Celery

APP = Celery("proj")
APP.conf.task_protocol = 1
APP.config_from_object("django.conf:settings")
APP.autodiscover_tasks()
