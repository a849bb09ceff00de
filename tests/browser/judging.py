"""What is wrong with a notebook, from what the browser's driver saw of it."""

#: WCAG 2.2, criterion 1.4.3 (level AA), for words of any size.
LEAST_CONTRAST = 4.5

_WHERE = {"plain": "", "zoom": "at 200 % zoom: ", "dark": "in the dark theme: "}


def problems(report):
    """Everything that is wrong, each as a sentence; nothing twice.

    Parameters
    ----------
    report : dict
        As `driving.drive` gives it.

    Returns
    -------
    list of str
    """
    found = [*_of_cells(report["cells"]), *_of_console(report["console"])]
    for phase, seen in report["phases"].items():
        told = [
            *(f"the widget of cell {cell} is not shown" for cell in seen["unloaded"]),
            *_of_controls(seen["controls"], phase),
            *_of_layout(seen["layout"]),
            *_of_contrast(seen["contrasts"]),
            *_of_figures(seen["transparent"]),
        ]
        found += [_WHERE[phase] + sentence for sentence in told]
    return list(dict.fromkeys(found))


def controls(report):
    """How many controls were moved (int)."""
    return len(report["phases"]["plain"]["controls"])


def _of_cells(cells):
    for cell in cells:
        name = f"cell {cell['number']} ({cell['source']})"
        if cell["errors"]:
            yield from (f"{name} raised {error}" for error in cell["errors"])
        elif cell["count"] is None:
            yield f"{name} was not run to its end"


def _of_console(console):
    for entry in console:
        yield f"{entry['kind']}: {entry['text']} {entry['address']}".rstrip()


def _of_controls(controls, phase):
    for place, control in enumerate(controls):
        name = f"the {control['kind']} {control['name']!r} of cell {control['cell']}"
        if control["disabled"]:
            # What was decided for good in the first pass need not be open in the second.
            if phase == "plain":
                yield f"{name} cannot be used"
            continue
        if not control["reached"]:
            yield f"{name} is not reached with the Tab key"
        if not control["visible"]:
            yield f"{name} is covered or off the screen when it has the focus"
        if not (control["fixed"] or _has_effect(control) or _leads_to_effect(controls, place)):
            yield f"nothing beside {name} changes with the key {control['key']}"


def _has_effect(control):
    """Whether what stands beside it changed: a picture, where there is one."""
    if control["kind"] in ("button", "radio") or not control["hasPicture"]:
        return control["picture"] or control["words"]
    return control["picture"]


def _leads_to_effect(controls, place):
    """Whether it is a choice which the next button of the same output acts on."""
    chosen = controls[place]
    after = [other for other in controls[place + 1 :] if other["place"] == chosen["place"]]
    button = next((other for other in after if other["kind"] == "button"), None)
    return chosen["kind"] == "radio" and button is not None and _has_effect(button)


def _of_layout(layout):
    for item in layout:
        yield f"{item['text']!r} of cell {item['cell']} is {item['what']}"


def _of_contrast(contrasts):
    colours = set()
    for words in contrasts:
        # One sentence for each pair of colours: a listing of code has hundreds of words.
        pair = (words["cell"], words["colour"], words["behind"])
        if words["ratio"] < LEAST_CONTRAST and pair not in colours:
            colours.add(pair)
            yield (
                f"{words['text']!r} of cell {words['cell']} has a contrast of "
                f"{words['ratio']:.1f} to 1 ({words['colour']} on {words['behind']})"
            )


def _of_figures(figures):
    for figure in figures:
        yield f"the figure {figure['text']!r} of cell {figure['cell']} has no paper of its own"
