"""Run one property on a learner's answer, whatever that answer does."""

import contextlib
import ctypes
import io
import threading
import traceback
import warnings

import numpy as np


class NotAnsweredError(Exception):
    """The answer is still the stub that the lesson came with."""


def failure_of(prop, answer, seed, seconds):
    """Try one property on an answer.

    The property runs in a thread of its own, so that an endless loop does not cost the learner
    the kernel: it is asked to stop when the time is up. What the answer prints is dropped.

    Parameters
    ----------
    prop : Property
    answer : object
        The learner's function.
    seed : int
        Seeds the generator handed to the property: the same answer meets the same inputs.
    seconds : float
        Time after which the answer counts as endless.

    Returns
    -------
    str or None
        What went wrong, to follow the property's sentence; None if it holds.

    Raises
    ------
    NotAnsweredError
        If the answer raises `NotImplementedError` itself.
    """
    raised = []

    def run():
        try:
            prop.test(answer, np.random.default_rng(seed))
        except BaseException as error:  # SystemExit too: `exit()` must not pass for success
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        thread.start()
        try:
            thread.join(seconds)
        finally:
            endless = thread.is_alive()
            if endless:
                _stop(thread)
    if endless:
        return f": it was still running after {seconds:g} seconds (an endless loop?)"
    return _in_words(raised[0], answer) if raised else None


def _stop(thread):
    """Raise `SystemExit` in a thread at its next line of Python, and wait for that a little."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit)
    )
    thread.join(1.0)


def _in_words(error, answer):
    if isinstance(error, AssertionError) and not _raised_by(error, answer):
        return str(error)
    if isinstance(error, NotImplementedError) and _raised_by(error, answer):
        raise NotAnsweredError
    given = getattr(error, "given", "")
    told = " ".join(str(error).split())
    told = f" ({told[:200]})" if told else ""
    line = _line_of(error, answer)
    return f"{', for ' + given if given else ''}: it raised {type(error).__name__}{told}{line}"


def _file_of(answer):
    return getattr(getattr(answer, "__code__", None), "co_filename", None)


def _raised_by(error, answer):
    """True if the line that raised stands where the answer was written, not in a library."""
    frames = traceback.extract_tb(error.__traceback__)
    return bool(frames) and frames[-1].filename == _file_of(answer)


def _line_of(error, answer):
    """The answer's own line that led to the error, if there is one."""
    own = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == _file_of(answer)]
    return f" in line {own[-1].lineno}: {own[-1].line}" if own and own[-1].line else ""
