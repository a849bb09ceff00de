"""Trials one after the other, on several processes, or on the workers of a Dask cluster.

Which of these is joblib's own configuration, so that sweeps need not be told: inside `parallel`,
or inside joblib's `parallel_config`, the trials of every sweep run side by side.
"""

import contextlib
import importlib.util
import os
import traceback
from collections.abc import Callable, Generator, Iterator
from functools import partial
from typing import Any

import joblib
from joblib.externals.loky.process_executor import TerminatedWorkerError

from course_utils.errors import CourseError
from course_utils.validation import require, whole_number

#: What is measured of a trial, by name.
Measured = dict[str, Any]

SECONDS_TO_CONNECT = 5
SECONDS_FOR_WORKERS = 10

#: joblib limits the threads of NumPy and torch in its processes to one; these are TensorFlow's.
#: Two processes of two threads each on two cores are slower than one process.
_TENSORFLOW_THREADS = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")


@contextlib.contextmanager
def parallel(jobs: int = 1, cluster: str | None = None) -> Iterator[None]:
    """Run the trials of the sweeps inside this context side by side.

    Parameters
    ----------
    jobs : int
        Processes on this computer, each with one thread. With 1, trials run one after the other
        in this process.
    cluster : str, optional
        Address of a Dask scheduler, such as `"tcp://10.0.0.5:8786"`. It and its workers, at least
        two, have the course installed; the workers were started with
        `dask worker ADDRESS --nthreads 1`. Files that a trial reads, other than those that ship,
        must lie on every worker's computer.

    Raises
    ------
    CourseError
        If `jobs` is below 1 or is named beside a cluster, if `distributed` is not installed, if
        the scheduler can't be reached, or if its workers can't run the course's trials.

    Notes
    -----
    What trials keep for one another (a network that was loaded, features that were computed once
    for all arms of a draw) is kept by each process for itself. Two processes therefore compute
    some of it twice, and need twice the memory.

    A trial that ends every worker of a cluster that it is given to is given up by Dask, and joblib
    does not hear of it: the sweep waits. Stop it and run it again with more memory for each
    worker; what had finished is stored.
    """
    jobs = whole_number(jobs, "jobs", at_least=1)
    require(
        cluster is None or jobs == 1,
        "Trials run on processes of this computer or on a cluster: name jobs or a cluster, not "
        "both.",
    )
    if cluster is not None:
        with (
            _connected(cluster) as client,
            joblib.parallel_config("dask", client=client, n_jobs=-1),
        ):
            yield
    elif jobs > 1:
        with joblib.parallel_config("loky", n_jobs=jobs, inner_max_num_threads=1):
            yield
    else:
        yield


@contextlib.contextmanager
def _connected(address: str) -> Iterator[Any]:
    """A client of a Dask cluster whose workers can run the course's trials."""
    require(
        importlib.util.find_spec("distributed") is not None,
        "Running on a cluster needs Dask, which is not installed: `python -m pip install "
        "distributed` brings it.",
    )
    from distributed import Client

    try:
        client = Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError, TypeError) as error:
        raise CourseError(
            f"No Dask scheduler answers at {address}: start one with `dask scheduler` and give "
            "the address that it prints, such as tcp://10.0.0.5:8786."
        ) from error
    with client:
        _check_workers(client, address)
        yield client


def _check_workers(client: Any, address: str) -> None:
    """Refuse workers that can't begin a trial: joblib would wait for it and not be told."""
    # With one worker alone, joblib would run everything in this process.
    with contextlib.suppress(TimeoutError):
        client.wait_for_workers(2, timeout=SECONDS_FOR_WORKERS)
    threads = list(client.nthreads().values())
    require(
        len(threads) >= 2 and max(threads) == 1,
        f"The cluster at {address} has {len(threads)} workers with {sum(threads)} threads. It "
        "needs at least two workers with one thread each, since trials that share a process "
        "disturb each other's random numbers: start them with "
        f"`dask worker {address} --nthreads 1`.",
    )

    def has_course() -> bool:  # defined here, it is sent whole: the module's own would not arrive
        return importlib.util.find_spec("course_utils") is not None

    # The scheduler unpickles trials too.
    require(
        client.run_on_scheduler(has_course) and all(client.run(has_course).values()),
        f"The scheduler at {address} or a worker of it lacks the course: install this version of "
        "it there and start them again.",
    )


def outcomes(
    trials: list[dict[str, Any]], run: Callable[..., Measured]
) -> Generator[tuple[int, Measured], None, None]:
    """Run trials; give what each measured as soon as it ends.

    Parameters
    ----------
    trials : list of dict
    run : callable
        Takes a trial's settings as keyword arguments. For other processes it is pickled.

    Yields
    ------
    position, measured
        Of a trial in `trials`. In their order in one process, else in the order they end in.

    Raises
    ------
    CourseError
        If a process that ran a trial was killed.
    Exception
        That of the first trial that fails. No trial is begun after it; those that run already
        are waited for and given first.
    """
    n_jobs: Any = None  # as the context says
    if not trials or joblib.effective_n_jobs(n_jobs) == 1:
        for position, trial in enumerate(trials):
            yield position, run(**trial)
        return
    failures: list[Exception] = []
    attempt = joblib.delayed(partial(_attempt, run))
    # Drawn from as workers become free: none is begun after a failure.
    waiting = (attempt(number, each) for number, each in enumerate(trials) if not failures)
    # One task at a time for each worker: what it has measured is never held back by another.
    options: dict[str, Any] = {"batch_size": 1, "pre_dispatch": "n_jobs"}
    workers: Any = joblib.Parallel(return_as="generator_unordered", **options)
    try:
        for position, measured, error in workers(waiting):
            if error is None:
                yield position, measured
            else:
                failures.append(error)
    except TerminatedWorkerError as error:
        raise CourseError(
            "A process that ran a trial was killed, perhaps since the memory was full: run the "
            "sweep again, with fewer jobs; what had finished is stored and is not repeated."
        ) from error
    if failures:
        raise failures[0]


def _attempt(
    run: Callable[..., Measured], position: int, trial: dict[str, Any]
) -> tuple[int, Measured | None, Exception | None]:
    """Run a trial on a worker; an error is given back, so that it does not stop the others."""
    for name in _TENSORFLOW_THREADS:
        os.environ.setdefault(name, "1")
    try:
        # On a Dask worker, parts of a trial would else be sent round the cluster in their turn.
        with joblib.parallel_config("sequential", n_jobs=1):
            return position, run(**trial), None
    except Exception as error:
        error.add_note(f"Trial {trial} failed on a worker:\n{traceback.format_exc()}")
        return position, None, error
