"""Processes that begin at once, with everything imported, to be killed again.

They are copies (`fork`) of a process that does nothing else and has one thread: copying the
tests' own process, with the threads of its web server, would be asking for trouble.
"""

import os
import pickle
import signal
import subprocess
import sys
import traceback
from pathlib import Path


class Nursery:
    """Runs functions of `fetch_helpers`, one at a time, each in a process of its own."""

    def __enter__(self):
        path = [str(Path(__file__).parent), *sys.path]
        self.process = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, path))},
        )
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def start(self, name, *arguments):
        """Begin a function by its name."""
        pickle.dump((name, arguments), self.process.stdin)
        self.process.stdin.flush()
        self.child = int(self.process.stdout.readline())

    def kill(self):
        """End it without a chance to tidy up; it may have ended before."""
        os.kill(self.child, signal.SIGKILL)  # nobody has waited for it: the number is still its own

    def wait(self):
        """Its exit status: 0, 1 after an exception, minus the signal if killed."""
        self.process.stdin.write(pickle.dumps("wait"))
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


def serve():
    """Copy this process whenever somebody asks for it."""
    import fetch_helpers

    from course_utils.assets import git_repository, transfer, unpacking

    assert git_repository and transfer and unpacking  # they were imported to be there at once
    child = None
    while True:
        try:
            order = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        if order == "wait":
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
            continue
        child = os.fork()
        if child == 0:
            status = 1
            try:
                getattr(fetch_helpers, order[0])(*order[1])
                status = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(status)
        print(child, flush=True)


if __name__ == "__main__":
    serve()
