"""Rules about the words and the code of a lesson.

Every rule takes a notebook and yields (number of the cell, counted from 1, or None; message).
"""

import ast
import re

HEADER_FIELDS = (
    "Objectives",
    "Prerequisites",
    "Time to teach",
    "Time for exercises",
    "Run time on two cores",
)
SECTIONS = ("What we measured", "Exercises", "Further reading")

#: Tags with a meaning; a misspelt one would silently do nothing.
KNOWN_TAGS = {
    "allow-both-frameworks",  # this cell may import the other framework
    "allow-numbers",  # this text quotes the literature
    "exercise",
    "exercise-check",
    "hide-cell",
    "hide-input",
    "hide-output",
    "nbval-ignore-output",
    "raises-exception",
    "timing",  # its output is a duration
}

MAX_CODE_LINES = 12
MAX_EXERCISE_LINES = 20
MAX_COLUMNS = 88
MAX_FUNCTIONS = 3
TEXT_PER_CODE = (0.6, 1.8)

_FRAMEWORKS = {
    "Keras": re.compile(r"^\s*(?:import|from)\s+(?:tensorflow|keras)\b", re.MULTILINE),
    "PyTorch": re.compile(r"^\s*(?:import|from)\s+(?:torch\w*|transformers|timm)\b", re.MULTILINE),
}
_RESULT = re.compile(
    r"\d[\d.,]*[\s-]?"
    r"(?:%|per\s?cent\b|(?:percentage )?points?\b|times\b|fold\b|×(?!\s*\d))"
    r"(?![\s-]*(?:confidence\s)?intervals?\b)"
)
_NOT_PROSE = re.compile(r"```.*?```|`[^`]*`|\$[^$]*\$|\]\([^)]*\)|<[^>]*>|https?://\S+", re.DOTALL)


def tags(cell):
    """The tags of a cell, as a set."""
    return set(cell.metadata.get("tags", ()))


def numbered(notebook, cell_type):
    """(number, cell) of every cell of one type."""
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == cell_type:
            yield number, cell


def is_exercise(cell):
    """True for the cell where a learner writes an answer, and for the one that checks it."""
    return "exercise" in cell.metadata or bool(tags(cell) & {"exercise", "exercise-check"})


def headings(notebook):
    """(number of the cell, level, words) of every heading, in order."""
    for number, cell in numbered(notebook, "markdown"):
        prose = re.sub(r"^```.*?^```", "", cell.source, flags=re.DOTALL | re.MULTILINE)
        for match in re.finditer(r"^(#{1,6})\s+(.*\S)", prose, re.MULTILINE):
            yield number, len(match[1]), match[2]


def header(notebook):
    """The first cell has a title that begins with the lesson's number, and every field."""
    first = notebook.cells[0] if notebook.cells else None
    if first is None or first.cell_type != "markdown":
        yield 1, "a lesson begins with a text cell: its title and its fields"
        return
    if not re.match(r"# \d\d\b.*\w", first.source):
        yield 1, "the title should be a heading with the lesson's number: # 02 A frozen ResNet50"
    for field in HEADER_FIELDS:
        if not re.search(rf"(?:\*\*|\|)[ \t]*{field}\b", first.source):
            yield 1, f"the header has no field {field!r} (in bold, or in a table)"


def sections(notebook):
    """The closing sections are there."""
    found = {words for _, _, words in headings(notebook)}
    for section in SECTIONS:
        if section not in found:
            yield None, f"there is no section {section!r}"


def heading_order(notebook):
    """One title, and no heading more than one level below the one before it."""
    before = 0
    for number, level, words in headings(notebook):
        if level == 1 and before:
            yield number, f"{words!r} is a second title: only the first heading has one #"
        elif level > before + 1:
            yield number, f"{words!r} skips a level of headings"
        before = level


def code_length(notebook):
    """Code cells are short; those of exercises may be somewhat longer."""
    for number, cell in numbered(notebook, "code"):
        lines = [line.strip() for line in cell.source.splitlines()]
        lines = [line for line in lines if line and not line.startswith("#")]
        most = MAX_EXERCISE_LINES if is_exercise(cell) else MAX_CODE_LINES
        if len(lines) > most:
            yield number, f"{len(lines)} lines of code; at most {most} fit a learner's attention"


def line_width(notebook):
    """Lines of code fit a notebook's column."""
    for number, cell in numbered(notebook, "code"):
        widest = max(map(len, cell.source.splitlines()), default=0)
        if widest > MAX_COLUMNS:
            yield number, f"a line of {widest} columns; at most {MAX_COLUMNS}"


def text_ratio(notebook):
    """About one text cell per code cell."""
    text = len(list(numbered(notebook, "markdown")))
    code = len(list(numbered(notebook, "code")))
    least, most = TEXT_PER_CODE
    if code and not least <= text / code <= most:
        yield None, f"{text} text cells and {code} code cells: aim at one for one"


def one_framework(notebook):
    """A lesson teaches one framework."""
    first = {}
    for number, cell in numbered(notebook, "code"):
        if "allow-both-frameworks" not in tags(cell):
            for name, imports in _FRAMEWORKS.items():
                if imports.search(cell.source):
                    first.setdefault(name, number)
    if len(first) == len(_FRAMEWORKS):
        yield (
            max(first.values()),
            f"imports {' and '.join(sorted(first))}: one lesson, one framework",
        )


def known_tags(notebook):
    """Every tag is one that means something."""
    for number, cell in enumerate(notebook.cells, start=1):
        for tag in sorted(tags(cell) - KNOWN_TAGS):
            yield number, f"unknown tag {tag!r}; there are {', '.join(sorted(KNOWN_TAGS))}"


def few_functions(notebook):
    """Hardly any function is defined save the learner's."""
    defined = []
    for _, cell in numbered(notebook, "code"):
        if not is_exercise(cell):
            code = re.sub(r"^[%!].*$", "", cell.source, flags=re.MULTILINE)
            defined += [n.name for n in ast.walk(ast.parse(code)) if isinstance(n, ast.FunctionDef)]
    if len(defined) > MAX_FUNCTIONS:
        yield (
            None,
            f"defines {len(defined)} functions ({', '.join(defined)}); at most {MAX_FUNCTIONS}",
        )


def exercises_checked(notebook):
    """Each exercise is known to `check`, and a cell after it calls that."""
    from course_utils.teaching.exercises import exercise_ids

    code = list(numbered(notebook, "code"))
    for number, cell in code:
        exercise_id = cell.metadata.get("exercise")
        if exercise_id is None:
            continue
        if exercise_id not in exercise_ids():
            yield number, f"course_utils.teaching knows no exercise {exercise_id!r}"
        if not any(f'check("{exercise_id}"' in other.source for n, other in code if n > number):
            yield number, f'no cell after it calls check("{exercise_id}", …)'


def no_typed_results(notebook):
    """A number in the prose would go on being told after a cell measures another."""
    for number, cell in numbered(notebook, "markdown"):
        if "allow-numbers" in tags(cell):
            continue
        for match in _RESULT.finditer(_NOT_PROSE.sub(" ", cell.source)):
            yield (
                number,
                f"{match.group()!r} is typed by hand: let a cell print it, or tag the cell "
                "allow-numbers if it quotes a source",
            )


RULES = (
    header,
    sections,
    heading_order,
    code_length,
    line_width,
    text_ratio,
    one_framework,
    known_tags,
    few_functions,
    exercises_checked,
    no_typed_results,
)

#: A page that is no lesson has neither a lesson's header nor its closing sections.
PAGE_RULES = tuple(rule for rule in RULES if rule not in (header, sections))
