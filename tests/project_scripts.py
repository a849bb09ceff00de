"""The project's scripts, which are no part of the package, as modules to be tested."""

import importlib.util

from course_utils.paths import PROJECT_FOLDER


def loaded(path):
    """A new module made of a Python file; `path` is relative to the project's folder."""
    name = path.removesuffix(".py").replace("/", "_")
    spec = importlib.util.spec_from_file_location(name, PROJECT_FOLDER / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
