"""An exercise's reference answer as code: what `solution` shows, and lessons are built from."""

import ast
import inspect
import sys

from course_utils.teaching.exercise import Exercise


def solution_source(exercise: Exercise, marked: bool = False) -> str:
    """Code that solves an exercise, as it stands in the lesson's cell: imports and the function.

    Parameters
    ----------
    exercise : Exercise
    marked : bool
        Whether what a learner is to write stands between `### BEGIN SOLUTION` and
        `### END SOLUTION`: all behind the function's docstring.
    """
    lines = inspect.getsource(exercise.reference).rstrip("\n").split("\n")
    if marked:
        tree = ast.parse("\n".join(lines))
        function = next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
        documented = function.body[0].end_lineno
        lines[documented:] = ["    ### BEGIN SOLUTION", *lines[documented:], "    ### END SOLUTION"]
    imports = _imports(exercise.reference) if exercise.imports is None else exercise.imports
    return "\n".join([*([imports, "", ""] if imports else []), *lines])


def _imports(function) -> str:
    """Those imports of a function's module that it uses, a line each."""
    module = ast.parse(inspect.getsource(sys.modules[function.__module__]))
    source = inspect.getsource(function)
    used = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    lines = []
    for node in module.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            node.names = [name for name in node.names if (name.asname or name.name) in used]
            lines += [ast.unparse(node)] * bool(node.names)
    return "\n".join(lines)
