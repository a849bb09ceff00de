"""Trials one after the other, on several processes, or on the workers of a Dask cluster.

Which of these is joblib's own configuration, so that sweeps need not be told: inside `parallel`,
or inside joblib's `parallel_config`, the trials of every sweep run side by side.
"""

import contextlib
import ctypes
import importlib.util
import os
import threading
import time
import traceback
import warnings
from functools import cache, partial
from numbers import Integral

import joblib
from joblib.externals.loky.process_executor import TerminatedWorkerError

from course_utils.errors import CourseError

#: joblib limits the threads of NumPy and torch in its processes to one; these are TensorFlow's.
_ONE_THREAD = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}

#: Set by Dask for its workers: glibc then hands memory back as soon as it is free, and takes every
#: large block afresh. A network's training, which frees and takes the same blocks at each step,
#: was half as fast with it.
_HANDS_BACK = "MALLOC_TRIM_THRESHOLD_"
#: glibc's numbers of two settings (malloc.h), and values that let a process keep what it has.
_KEEPING = {-1: 2**28, -3: 2**25}  # bytes: M_TRIM_THRESHOLD, M_MMAP_THRESHOLD


@contextlib.contextmanager
def parallel(jobs=None, cluster=None):
    """Run the trials of the sweeps inside this context side by side.

    Parameters
    ----------
    jobs : int, optional
        Processes on this computer, each with one thread. With 1, trials run one after the other
        in this process.
    cluster : str, optional
        Address of a Dask scheduler, such as `"tcp://10.0.0.5:8786"`. It and its workers have the
        course installed; the workers were started with `dask worker ADDRESS --nthreads 1`. Files
        that a trial reads, other than those that ship, must lie on every worker's computer.

    Raises
    ------
    CourseError
        If `jobs` is below 1 or is named beside a cluster, if `distributed` is not installed, if
        the scheduler can't be reached, if there is no worker or one has several threads, or if
        the course is missing there.

    Notes
    -----
    What trials keep for one another (a network that was loaded, features that were computed once
    for all arms of a draw) is kept by each process for itself. Two processes therefore compute
    some of it twice, and need twice the memory.
    """
    whole = isinstance(jobs, Integral) and not isinstance(jobs, bool)
    if jobs is not None and not (whole and jobs >= 1):
        raise CourseError(
            f"jobs is how many processes run trials side by side: give a whole number of at "
            f"least 1, not {jobs!r}."
        )
    if cluster is None and jobs in (None, 1):
        yield
    elif cluster is None:
        with joblib.parallel_config("loky", n_jobs=int(jobs), inner_max_num_threads=1):
            yield
    elif jobs in (None, 1):
        with _cluster_backend(cluster) as backend, joblib.parallel_config(backend, n_jobs=-1):
            yield
    else:
        raise CourseError(
            "Trials run on processes of this computer or on a cluster: name jobs or a cluster, "
            "not both."
        )


def _cluster_backend(address):
    if importlib.util.find_spec("distributed") is None:
        raise CourseError(
            "Running on a cluster needs Dask, which is not installed: `python -m pip install "
            "distributed` brings it."
        )
    from course_utils.measuring.dask_cluster import connected

    return connected(address)


def outcomes(trials, run):
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
    if not trials:
        return
    if joblib.effective_n_jobs(None) == 1:
        for position, trial in enumerate(trials):
            yield position, run(**trial)
        return
    failures = []
    attempt = joblib.delayed(partial(_attempt, run, os.getpid()))
    # Drawn from as workers become free: none is begun after a failure.
    waiting = (attempt(number, each) for number, each in enumerate(trials) if not failures)
    with _side_by_side(waiting) as ended:
        for position, measured, error in ended:
            if error is None:
                yield position, measured
            else:
                failures.append(error)
    if failures:
        raise failures[0]


@contextlib.contextmanager
def _side_by_side(tasks):
    """The results of tasks by joblib, unordered; what still runs at the end is given up."""
    # One task at a time for each worker: what it has measured is never held back by another.
    workers = joblib.Parallel(
        return_as="generator_unordered", batch_size=1, pre_dispatch="n_jobs", max_nbytes=None
    )
    results = workers(tasks)
    try:
        yield results
    except TerminatedWorkerError as error:
        raise CourseError(
            "A process that ran a trial was killed, perhaps since the memory was full: run the "
            "sweep again, with fewer jobs; what had finished is stored and is not repeated."
        ) from error
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # joblib's, that not everything was waited for
            results.close()


def _attempt(run, caller, position, trial):
    """Run a trial on a worker; an error is given back, so that it does not stop the others."""
    if os.getpid() != caller:
        _prepare_process(caller)
    try:
        # On a Dask worker, parts of a trial would else be sent round the cluster in their turn.
        with joblib.parallel_config("sequential", n_jobs=1):
            return position, run(**trial), None
    except Exception as error:
        error.add_note(f"Trial {trial} failed on a worker:\n{traceback.format_exc()}")
        return position, None, error


@cache
def _prepare_process(caller):
    """Make this process, which runs trials for another, modest and mortal."""
    for name, threads in _ONE_THREAD.items():
        os.environ.setdefault(name, threads)
    if _HANDS_BACK in os.environ:
        with contextlib.suppress(AttributeError, OSError, TypeError):  # where there is no glibc
            set_option = ctypes.CDLL(None).mallopt
            for option, value in _KEEPING.items():
                set_option(option, value)
    if os.getppid() == caller:
        threading.Thread(target=_end_with, args=(caller,), daemon=True).start()


def _end_with(caller):
    """End this process when the one that started it is gone.

    joblib's would otherwise finish its trial, beside those of the sweep that goes on, and then
    wait for another for minutes.
    """
    while os.getppid() == caller:
        time.sleep(1)
    os._exit(1)
