"""
One web server of the sandbox: ``python -m sandbox.web_server SETTINGS PORT``.

Django's own threaded server, without its reloader and its checks at the start. It ends when its standard input does, so
that it never outlives the process that started it.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import Any

from sandbox.processes import HOST


def main() -> None:
    """Serve until the standard input ends."""
    settings_module, port = sys.argv[1:]
    os.environ["DJANGO_SETTINGS_MODULE"] = settings_module
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler

    class RequestHandler(WSGIRequestHandler):
        """Writes a line for each request, without its query: hints and the like are nobody's business."""

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            path = self.path.partition("?")[0]
            self.log_message('"%s" %s %s', f"{self.command} {path}", str(code), str(size))

    ThreadedWSGIServer.request_queue_size = 100
    server = ThreadedWSGIServer((HOST, int(port)), RequestHandler)
    server.set_app(_application())
    threading.Thread(target=_stop_with_input, args=(server,), daemon=True).start()
    try:
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


def _application() -> Any:
    """Return the WSGI application, which serves the files of its apps as well, where it has any."""
    from django.apps import apps
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
    has_files = apps.is_installed("django.contrib.staticfiles")
    return StaticFilesHandler(application) if has_files else application


def _stop_with_input(server: Any) -> None:
    """Wait until whoever holds the other end of our input lets go of it."""
    sys.stdin.buffer.read()
    server.shutdown()


if __name__ == "__main__":
    main()
