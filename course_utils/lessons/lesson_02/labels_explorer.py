"""`explore_labels`: choose how many labels there are, and see what pretraining is worth then."""

import math

from course_utils.errors import CourseError
from course_utils.lessons.lesson_02.labels_panel import LabelledSet, panel, words
from course_utils.lessons.lesson_02.labels_pictures import LOOKS
from course_utils.teaching.explorers import Explorer, slider

#: What the slider calls the sets.
_TITLES = {"materials": "materials (patches)", "clothing": "clothing (photos)"}
_ROOM = "9em"


class LabelsExplorer(Explorer):
    """The panel that `explore_labels` gives.

    Parameters
    ----------
    sets : sequence of LabelledSet
        What there is to choose from, the first shown first.

    Attributes
    ----------
    pictures_of, labels : ipywidgets.SelectionSlider
        The name of a set, and a number of labelled pictures per class stored for it.
    pictures : ipywidgets.HTML
        Two pictures and their words.

    Raises
    ------
    CourseError
        If there is no set, or a set has no number of labels at which every arm was measured.
    """

    def __init__(self, sets):
        self._sets = {measured.name: measured for measured in sets}
        if not self._sets:
            raise CourseError("There is nothing to explore: no set of pictures was measured.")
        for name, measured in self._sets.items():
            if set(measured.curves) != set(LOOKS) or not measured.numbers():
                raise CourseError(
                    f"The learning curves of {name} cannot be explored: they need a number of "
                    f"labels per class that is stored for each of {', '.join(LOOKS)}."
                )
        # A slider rather than a list, so that the arrow keys work alike on both.
        names = [(_TITLES.get(name, name), name) for name in self._sets]
        self.pictures_of = slider("Pictures", names, room=_ROOM)
        self.labels = slider("Labels per class", self._shown().numbers(), room=_ROOM)
        super().__init__([self.pictures_of, self.labels])
        self.pictures_of.observe(self._offer_labels, "value")
        self.labels.observe(self._show, "value")
        self._show()

    def _shown(self):
        return self._sets[self.pictures_of.value]

    def _offer_labels(self, change):
        """Offer the numbers stored for the chosen set, and stay near the old one."""
        numbers, old = self._shown().numbers(), self.labels.value
        self.labels.unobserve(self._show, "value")
        with self.labels.hold_sync():
            self.labels.options = numbers
            self.labels.value = min(numbers, key=lambda n: abs(math.log(n / old)))
        self.labels.observe(self._show, "value")
        self._show()

    def _show(self, change=None):
        self.pictures.value = panel(self._shown(), self.labels.value)

    def _words(self):
        return words(self._shown(), self.labels.value)


def explore_labels():
    """See what a pretrained network is worth as labelled pictures become many.

    For each number of labelled pictures per class stand side by side the test accuracies of a
    small network trained from scratch, of a frozen ResNet50 with random weights and of the
    pretrained one, with 95 % intervals and a line at guessing, and the learning curves that they
    are taken from. Above them is one sentence on who is ahead, which the paired differences
    decide. All numbers are stored measurements (`python -m course_utils run learning-curves`
    repeats them): nothing is trained and nothing fetched. The sliders follow the arrow keys.

    Returns
    -------
    LabelsExplorer
        A widget; as the last line of a cell it shows itself. Where no widget can be shown, in
        HTML made by nbconvert for one, the pictures of the first choice stand in for it.

    Raises
    ------
    CourseError
        If the stored measurements or the catalog of data sets are damaged.
    """
    from course_utils.lessons.lesson_02.learning_curves import LABELS_PER_CLASS

    return LabelsExplorer([stored_set(name) for name in LABELS_PER_CLASS])


def stored_set(name):
    """What is stored of one set's learning curves.

    Parameters
    ----------
    name : str
        A key of `course_utils.lessons.lesson_02.learning_curves.LABELS_PER_CLASS`.

    Returns
    -------
    LabelledSet
    """
    from course_utils.lessons.lesson_02.learning_curves import LABELS_PER_CLASS, stored_result

    curves = {
        arm: {n: stored_result(name, arm, n) for n in LABELS_PER_CLASS[name][arm]} for arm in LOOKS
    }
    return LabelledSet(name, _class_count(name), curves)


def _class_count(name):
    """How many classes a set has, from what it is made or fetched by: no picture is read."""
    from course_utils.assets import read_manifest
    from course_utils.datasets.materials import PHOTOGRAPHS

    return len(PHOTOGRAPHS) if name == "materials" else len(read_manifest()[name].classes)
