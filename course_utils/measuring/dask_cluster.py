"""joblib's own Dask backend, made safe for sweeps. Imported only where Dask is installed."""

import contextlib
import importlib.util
from concurrent.futures import CancelledError

from distributed import Client
from distributed.scheduler import KilledWorker
from joblib._dask import DaskDistributedBackend

from course_utils.errors import CourseError

SECONDS_TO_CONNECT = 5
SECONDS_FOR_WORKERS = 10


@contextlib.contextmanager
def connected(address):
    """A joblib backend that runs tasks on a Dask cluster, for as long as the context lasts.

    Parameters
    ----------
    address : str
        Of the scheduler.

    Raises
    ------
    CourseError
        If the scheduler can't be reached, or its workers can't run the course's trials.
    """
    try:
        client = Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise CourseError(
            f"No Dask scheduler answers at {address}: start one with `dask scheduler` and give "
            "the address that it prints, such as tcp://10.0.0.5:8786."
        ) from error
    with client:
        _check_workers(client, address)
        yield SweepBackend(client=client)


def _check_workers(client, address):
    command = f"`dask worker {address} --nthreads 1`"
    try:
        client.wait_for_workers(1, timeout=SECONDS_FOR_WORKERS)
    except TimeoutError as error:
        raise CourseError(
            f"The cluster at {address} has no worker: start at least one with {command}."
        ) from error
    if any(threads > 1 for threads in client.nthreads().values()):
        raise CourseError(
            f"A worker of the cluster at {address} would run several trials in one process, where "
            f"they disturb each other's random numbers: start the workers with {command}."
        )

    def has_course():  # defined here, it is sent whole: the module's own would not arrive
        return importlib.util.find_spec("course_utils") is not None

    # The scheduler unpickles trials too.
    installed = {"its scheduler": client.run_on_scheduler(has_course)} | client.run(has_course)
    missing = [place for place, found in installed.items() if not found]
    if missing:
        raise CourseError(
            f"The cluster at {address} lacks the course at {missing[0]}: install this version of "
            "it there and start it again."
        )


class SweepBackend(DaskDistributedBackend):
    """joblib's Dask backend, of which a sweep also hears when the cluster can't run a task."""

    def effective_n_jobs(self, n_jobs):
        """Tasks at a time; at least 2, since joblib runs all in this process if there is one."""
        return max(2, super().effective_n_jobs(n_jobs))

    def submit(self, func, callback=None):
        """Send a task; `callback` is called with its result or the error it was given up with."""

        def tell(ended):
            # joblib calls back only after a task that came to its end, and would wait for ever.
            if ended.exception() is not None:
                callback(ended.exception())

        future = super().submit(func, callback)
        future.add_done_callback(tell)
        return future

    def retrieve_result_callback(self, out):
        """What a batch of one task gave; an error takes the place of its outcome."""
        if isinstance(out, BaseException):
            return [(None, None, _explained(out))]
        return super().retrieve_result_callback(out)


def _explained(error):
    if isinstance(error, KilledWorker):
        return CourseError(
            "A trial ended every Dask worker that it was given to, perhaps since the memory was "
            "full: give the workers more memory and run the sweep again; what had finished is "
            "stored and is not repeated."
        )
    if isinstance(error, CancelledError):
        return CourseError(
            "The Dask cluster is gone: start it and run the sweep again; what had finished is "
            "stored and is not repeated."
        )
    return error
