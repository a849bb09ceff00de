"""Run what a learner wrote, whatever it does, and come back with the kernel alive."""

import builtins
import contextlib
import ctypes
import io
import sys
import threading
import traceback
import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from IPython import get_ipython
from IPython.utils.capture import capture_output

from course_utils.teaching.exercise import Exercise, Property
from course_utils.teaching.mistake import Mistake

#: Times that a thread whose time is up is asked to stop: code that catches everything takes some.
REQUESTS_TO_STOP = 5

#: Has `answering` in the threads that answers run in.
_thread = threading.local()


class NotAnsweredError(Exception):
    """The answer is still the stub that the lesson came with."""


class Failure(NamedTuple):
    """What went wrong, in words, and whether it is worth looking for the mistake behind it."""

    words: str
    recognisable: bool = True


def failure_of(prop: Property, answer: Callable, seed: int, seconds: float) -> Failure | None:
    """Try one property on an answer.

    Parameters
    ----------
    prop : callable of (answer, numpy.random.Generator)
    answer : callable
        The learner's function.
    seed : int
        Seeds the generator handed to the property: the same answer meets the same inputs.
    seconds : float
        Time after which the answer counts as endless.

    Returns
    -------
    Failure or None
        None if the property holds; its words follow the property's sentence.

    Raises
    ------
    NotAnsweredError
        If the answer raises `NotImplementedError` itself.
    """
    ended, _, error = _run(lambda: prop(answer, np.random.default_rng(seed)), seconds)
    if not ended:
        words = f": it was still running after {seconds:g} seconds (an endless loop?)"
        return Failure(words, recognisable=False)
    return None if error is None else Failure(_in_words(error, answer))


def shows(mistake: Mistake, answer: Callable, exercise: Exercise, seed: int) -> bool | None:
    """Whether an answer to an exercise makes a mistake.

    Returns
    -------
    bool or None
        False if the answer raises an error, None if it has no end.
    """
    ended, shown, error = _run(
        lambda: mistake.shown_by(answer, np.random.default_rng(seed), exercise), exercise.seconds
    )
    return error is None and bool(shown) if ended else None


def _run(function, seconds):
    """Whether a function ended in time, what it gave, and what it raised.

    It runs in a thread of its own, so that an endless loop does not cost the learner the kernel:
    the thread is asked to stop when the time is up. What it prints or displays is dropped, and it
    cannot ask for input, which would hold the notebook for as long.

    Raises
    ------
    RuntimeError
        Within an answer: one that checks itself would do so without end, a thread each time.
    """
    if getattr(_thread, "answering", False):
        raise RuntimeError("check stands within the function that it checks: move it out of there")
    given, raised = [], []

    def run():
        _thread.answering = True
        try:
            given.append(function())
        except BaseException as error:  # SystemExit too: `exit()` must not pass for success
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    with _kept_quiet():
        thread.start()
        try:
            thread.join(seconds)
        finally:
            ended = not thread.is_alive()
            if not ended:
                _stop(thread)
    return ended, given[0] if given else None, raised[0] if raised else None


@contextlib.contextmanager
def _kept_quiet():
    ask = builtins.input
    builtins.input = _no_input
    dropped = io.StringIO()
    try:
        with (
            contextlib.redirect_stdout(dropped),
            contextlib.redirect_stderr(dropped),
            capture_output(stdout=False, stderr=False),  # pictures and the like: one for each call
            warnings.catch_warnings(),
            _kernel_kept(),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        builtins.input = ask


@contextlib.contextmanager
def _kernel_kept():
    """In a notebook `exit()` is the kernel's own, and ends it; here it is to end the answer."""
    shell = get_ipython()
    if shell is None or not hasattr(shell, "ask_exit"):
        yield
        return
    kept = getattr(shell, "keepkernel_on_exit", None)
    shell.ask_exit = sys.exit
    try:
        yield
    finally:
        del shell.ask_exit  # the class has the right one
        shell.keepkernel_on_exit = kept


def _no_input(*arguments):
    raise RuntimeError("an answer gets all it needs as arguments, and cannot ask for input")


def _stop(thread):
    """Raise `SystemExit` in a thread at its next line of Python, and wait for that a little."""
    for _ in range(REQUESTS_TO_STOP):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit)
        )
        thread.join(1.0 / REQUESTS_TO_STOP)
        if not thread.is_alive():
            return


def _in_words(error, answer):
    frames = traceback.extract_tb(error.__traceback__)
    file = getattr(getattr(answer, "__code__", None), "co_filename", None)
    own = [frame for frame in frames if frame.filename == file]
    in_answer = bool(own) and own[-1] is frames[-1]  # and not in a library that it calls
    if isinstance(error, AssertionError) and not in_answer:
        return str(error)
    if isinstance(error, NotImplementedError) and in_answer:
        raise NotAnsweredError
    given = getattr(error, "given", "")
    told = " ".join(str(error).split())
    told = f" ({told[:200]})" if told else ""
    line = f" in line {own[-1].lineno}: {own[-1].line}" if own and own[-1].line else ""
    return f"{', for ' + given if given else ''}: it raised {type(error).__name__}{told}{line}"
