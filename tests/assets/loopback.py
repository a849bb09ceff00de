"""A web server on this computer that fails on demand, as servers far away do by themselves."""

import re
import threading
from collections import defaultdict, deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Loopback:
    """Serves `files` (path to bytes); `plan` says how the next requests for a path go wrong.

    Attributes
    ----------
    files : dict of str to bytes
    types : dict of str to str
        Content types by path, where one is to be sent.
    requests : list of tuple
        (path, headers) of what was asked for, in order.
    ranges : bool
        Whether it understands Range.
    commit : str
        What it says that it serves, as the public hub does; "" for nothing.
    """

    def __init__(self):
        self.files, self.requests, self.plans = {}, [], defaultdict(deque)
        self.types = {}
        self.ranges, self.commit = True, ""
        self.ending = threading.Event()
        loopback = self

        class Handler(_Handler):
            server_of_ours = loopback

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def plan(self, path, *faults):
        """Let the next requests for a path go wrong, one fault each (None: all goes well)."""
        self.plans[path].extend(faults)

    def asked(self, path):
        """The Range headers of the requests for a path; None where all was asked for."""
        return [headers.get("Range") for asked, headers in self.requests if asked == path]

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.ending.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    server_of_ours = None
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        loopback, self.close_connection = self.server_of_ours, True
        loopback.requests.append((self.path, dict(self.headers)))
        plan = loopback.plans[self.path]
        fault = plan.popleft() if plan else None
        body = loopback.files.get(self.path)
        try:
            if fault is not None:
                fault(self, body)
            elif body is None:
                status(404)(self, body)
            else:
                self.send(body)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the client has had enough

    def do_HEAD(self):
        body = self.server_of_ours.files.get(self.path)
        self.begin(b"" if body is None else body, 404 if body is None else 200)

    def begin(self, body, state=200, claim=None, **headers):
        """Status and headers; `claim` is the length to promise, False for none."""
        self.send_response(state)
        if claim is not False:
            self.send_header("Content-Length", str(len(body) if claim is None else claim))
        self.send_header("ETag", f'"{hash(self.server_of_ours.files.get(self.path))}"')
        if self.path in self.server_of_ours.types:
            self.send_header("Content-Type", self.server_of_ours.types[self.path])
        if self.server_of_ours.commit:
            self.send_header("X-Repo-Commit", self.server_of_ours.commit)
        for name, value in {"Connection": "close", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def send(self, body):
        """The whole body, or the part that was asked for."""
        wanted = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if wanted and self.server_of_ours.ranges:
            start = int(wanted[1])
            if start >= len(body):
                self.begin(b"", 416, Content_Range=f"bytes */{len(body)}")
                return
            span = f"bytes {start}-{len(body) - 1}/{len(body)}"
            self.begin(body[start:], 206, Content_Range=span)
            self.wfile.write(body[start:])
        else:
            self.begin(body)
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def cut(after):
    """Promise the rest, send `after` bytes of it, hang up."""

    def fault(handler, body):
        wanted = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        start = int(wanted[1]) if wanted else 0
        if start:
            span = f"bytes {start}-{len(body) - 1}/{len(body)}"
            handler.begin(body[start:], 206, Content_Range=span)
        else:
            handler.begin(body)
        handler.wfile.write(body[start : start + after])

    return fault


def hang_up(handler, body):
    """Say nothing at all."""


def status(number, **headers):
    """Answer with a status and no body."""
    return lambda handler, body: handler.begin(b"", number, **headers)


def other(body, claim=None):
    """Send another body than the file's."""

    def fault(handler, _):
        handler.begin(body, claim=claim)
        handler.wfile.write(body)

    return fault


def silence(handler, body):
    """Headers, and then nothing."""
    handler.begin(body)
    handler.wfile.flush()
    handler.server_of_ours.ending.wait(30)
