"""A lesson with slide marks of every kind, its outputs stored without a kernel."""

import contextlib
import io

import nbformat
from nbformat.v4 import new_output
from small_lessons import write_lesson as write_folder

from making.authoring import lessons

SLIDE = ' slideshow={"slide_type": "slide"}'
SAME = ' slideshow={"slide_type": "-"}'

TALK = f"""# %% [markdown]{SLIDE}
# # 95 A talk

# %% [markdown]
# ## Not said aloud
#
# A note for the speaker.

# %%{SLIDE}
print("shown", 2 * 3)

# %%{SAME[:-1]}, "code": true}}
kept = "the code itself"
print(len(kept))

# %% [markdown]{SAME}
# As you see. What follows is left out:

# %%
print("not shown")

# %% [markdown]{SLIDE}
# ## The end

# %% [markdown]
# Exercises are for the room.
"""


def write_lesson(folder, text=TALK, printed=None):
    """A lesson in `folder` with what its cells print stored in the learner's notebook.

    Parameters
    ----------
    folder : pathlib.Path
    text : str
        The lesson's text; of its code, nothing but `print` may put anything out.
    printed : dict of str -> str, optional
        What a cell whose source contains the key prints, without its being run.
    """
    lesson = write_folder(folder, text, "lesson_95", "Talk")
    notebook, names = lessons.read_lesson(lesson.text), {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        told = [words for part, words in (printed or {}).items() if part in cell.source]
        if not told:
            with contextlib.redirect_stdout(io.StringIO()) as words:
                exec(cell.source, names)
            told = [words.getvalue()]
        cell.outputs, cell.execution_count = [new_output("stream", text=told[0])], 1
    nbformat.write(notebook, lessons.learners_notebook(lesson))
    return lesson
