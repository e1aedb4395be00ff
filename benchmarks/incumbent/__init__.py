"""The incumbent, ``lti-consumer-xblock``, in the smallest Django project that serves its AGS services."""
