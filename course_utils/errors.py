"""The one kind of error that the package raises for a mistake its user can mend."""


class CourseError(Exception):
    """A mistake the user can mend: one sentence saying what is wrong, where, and what to do.

    In a notebook only that sentence is shown: a traceback through the package's own files
    would bury it. The command line prints it the same way and exits with status 1.
    """

    def _render_traceback_(self):
        # IPython's documented hook for exceptions that draw their own traceback.
        return [f"{type(self).__name__}: {self}"]
