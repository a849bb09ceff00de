"""A JupyterLab of the test's own: nothing of a learner's is read, changed or left running."""

import json
import os
import secrets
import subprocess
import sys
import time

import psutil
import requests

#: Settings of JupyterLab, by the file that holds them. All cells stay on the page, so that every
#: output can be looked at; and nothing asks for the network or covers the notebook.
SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none", "recordTiming": False},
    "apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "extensionmanager-extension/plugin": {"enabled": False},
}

_START_SECONDS, _END_SECONDS = 120, 20


class LabServer:
    """JupyterLab on a free port, for this user alone, over a folder of notebooks.

    Use it in a `with` statement: at its end the server and its kernels have ended.

    Parameters
    ----------
    folder : pathlib.Path
        An empty folder, for the notebooks and everything that Jupyter writes.

    Attributes
    ----------
    notebooks : pathlib.Path
        Put notebooks here before they are opened.
    """

    def __init__(self, folder):
        self.notebooks = folder / "notebooks"
        self._own = folder / "jupyter"
        self._log = folder / "jupyter.log"
        self._token = secrets.token_hex(16)
        self._address = None
        self._process = None

    def __enter__(self):
        self.notebooks.mkdir()
        for name, settings in SETTINGS.items():
            file = self._own / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(settings), encoding="utf-8")
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        command += ["--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", "--expose-app-in-browser"]
        # Should the tests be killed, what they left ends by itself.
        command += ["--ServerApp.shutdown_no_activity_timeout=1800"]
        try:
            with self._log.open("wb") as log:
                self._process = subprocess.Popen(
                    [*command, f"--ServerApp.root_dir={self.notebooks}"],
                    cwd=self.notebooks,
                    env=self._environment(),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
            self._address = self._wait_for_address()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error):
        if self._process is None:
            return
        # Kernels are sessions of their own: ending the server's process group would miss them.
        processes = [psutil.Process(self._process.pid)] if self._process.poll() is None else []
        processes += [kernel for server in processes for kernel in server.children(recursive=True)]
        self._process.terminate()
        _, alive = psutil.wait_procs(processes, _END_SECONDS)
        for process in alive:
            process.kill()
        psutil.wait_procs(alive, _END_SECONDS)
        self._process.wait()

    @property
    def process(self):
        """The server's process id (int)."""
        return self._process.pid

    def address_of(self, notebook):
        """Where JupyterLab opens a notebook, and nothing beside it (str)."""
        return f"{self._address}lab/tree/{notebook}?reset&token={self._token}"

    def end_kernels(self):
        """End the kernels that notebooks have left running."""
        for kernel in self.ask("get", "api/kernels").json():
            self.ask("delete", f"api/kernels/{kernel['id']}")

    def ask(self, method, path, **more):
        """An answer of the server's own interface; `more` is for `requests.request`."""
        headers = {"Authorization": f"token {self._token}"}
        answer = requests.request(method, self._address + path, headers=headers, timeout=30, **more)
        answer.raise_for_status()
        return answer

    def _environment(self):
        """This environment with every folder of Jupyter's, and the learner's progress, apart."""
        own = {
            "JUPYTER_CONFIG_DIR": self._own / "config",
            "JUPYTER_DATA_DIR": self._own / "data",
            "JUPYTER_RUNTIME_DIR": self._own / "runtime",
            "JUPYTERLAB_SETTINGS_DIR": self._own / "settings",
            "JUPYTERLAB_WORKSPACES_DIR": self._own / "workspaces",
            "IPYTHONDIR": self._own / "ipython",
            "COURSE_PROGRESS": self._own / "progress.json",
            "JUPYTER_TOKEN": self._token,
        }
        return os.environ | {name: str(value) for name, value in own.items()}

    def _wait_for_address(self):
        """The server's address, from the file that it writes once it listens."""
        file = self._own / "runtime" / f"jpserver-{self._process.pid}.json"
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            if file.exists() and (written := file.read_text("utf-8")).endswith("}"):
                return json.loads(written)["url"]
            time.sleep(0.1)
        log = self._log.read_text("utf-8", errors="replace")[-2000:]
        raise RuntimeError(f"JupyterLab did not start; its log ends with:\n{log}")
