"""Repositories made on the spot, and served as git hosts serve them: by `git http-backend`."""

import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def nobodys_environment():
    """Without anybody's settings for git."""
    environment = {name: value for name, value in os.environ.items() if name[:4] != "GIT_"}
    return environment | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def git(folder, *arguments, content=None):
    """Run git without anybody's settings; give what it prints."""
    environment = nobodys_environment()
    who = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org")
    command = ["git", "-C", str(folder), *who, *arguments]
    result = subprocess.run(command, env=environment, input=content, capture_output=True)
    assert result.returncode == 0, result.stderr
    return result.stdout.decode().strip()


def commit_files(folder, files):
    """Commit files into a repository, made if need be; give the commit's id."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet")
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--message", "Files")
    return git(folder, "rev-parse", "HEAD")


def commit_tree(folder, mode, kind, identity):
    """Commit a tree with one odd entry beside a file; give the commit's id."""
    blob = git(folder, "hash-object", "-w", "--stdin", content=b"content")
    entries = f"{mode} {kind} {identity or blob}\todd\n100644 blob {blob}\tplain\n"
    tree = git(folder, "mktree", "--missing", content=entries.encode())
    commit = git(folder, "commit-tree", tree, "-m", "Odd")
    git(folder, "update-ref", "refs/heads/odd", commit)
    return commit


class GitServer:
    """Serves the repositories below a folder over http; `requests` are the paths asked for."""

    def __init__(self, root):
        self.requests, self.status = [], None
        outer, backend = self, Path(git(root, "--exec-path")) / "git-http-backend"

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.requests.append(self.path)
                if outer.status:
                    self.send_error(outer.status)
                    return
                path, _, query = self.path.partition("?")
                size = int(self.headers.get("Content-Length", 0))
                environment = nobodys_environment() | {
                    "GIT_PROJECT_ROOT": str(root),
                    "GIT_HTTP_EXPORT_ALL": "1",
                    "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                    "REQUEST_METHOD": self.command,
                    "PATH_INFO": path,
                    "QUERY_STRING": query,
                    "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                    "CONTENT_LENGTH": str(size),
                    "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                }
                result = subprocess.run(
                    [backend], env=environment, input=self.rfile.read(size), capture_output=True
                )
                self.wfile.write(b"HTTP/1.0 200 OK\r\n" + result.stdout)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
