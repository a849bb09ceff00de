"""The notebooks that the browser opens: the lessons, and the tests' own."""

import ast

import jupytext
import nbformat
from nbformat.v4 import new_code_cell

from course_utils.paths import PROJECT_FOLDER

WIDGET = "application/vnd.jupyter.widget-view+json"


def lessons():
    """The learners' notebooks, in order (list of pathlib.Path)."""
    return sorted((PROJECT_FOLDER / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def built(source, folder):
    """A notebook from a text in jupytext's percent format; gives its path."""
    notebook = jupytext.read(source)
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "name": "python3"}
    return _written(notebook, folder / f"{source.stem}.ipynb")


def with_widgets_only(path, folder):
    """The cells of a lesson that show a widget, after the imports that they need; gives a path.

    A widget of the course stands on its own: it reads what ships and needs no other cell.
    """
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    shown = [
        cell for cell in code if any(WIDGET in output.get("data", {}) for output in cell.outputs)
    ]
    imports = [line for cell in code for line in _own_imports(cell.source)]
    notebook.cells = [new_code_cell("\n".join(dict.fromkeys(imports))), *shown]
    return _written(notebook, folder / path.name)


def _own_imports(source):
    """The lines that import the course's questions and widgets (magics are no Python)."""
    try:
        statements = ast.parse(source).body
    except SyntaxError:
        return []
    return [
        ast.unparse(statement)
        for statement in statements
        if isinstance(statement, ast.ImportFrom)
        and statement.module in ("course_utils", "course_utils.teaching")
    ]


def _written(notebook, path):
    nbformat.write(notebook, path)
    return path
