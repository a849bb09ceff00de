"""`explore_fine_tuning`: choose what to unfreeze and how fast, and see that training at once."""

import math

from course_utils.lessons.lesson_03.explorer_panel import panel, target_label, words
from course_utils.lessons.lesson_03.explorer_runs import Setting, sorted_runs
from course_utils.teaching.explorers import Explorer, slider


class FineTuningExplorer(Explorer):
    """The panel that `explore_fine_tuning` gives.

    Attributes
    ----------
    target, depth, rate : ipywidgets.SelectionSlider
        A target, as `"set/domain"`; what is unfrozen; one of the learning rates stored for both.
    pictures : ipywidgets.HTML
        Three pictures and a caption.
    """

    def __init__(self, runs):
        self._runs = sorted_runs(runs)
        self._following = False
        targets = self._runs.targets()
        depths = self._runs.depths(targets[0])
        # The first depth that unfreezes something, at the rate that validation data would choose.
        first = self._runs.best(targets[0], next((d for d in depths if d != "head"), depths[0]))
        # A slider rather than a list, so that the arrow keys work alike on all three.
        named = [(target_label(self._runs, target), target) for target in targets]
        self.target = slider("Target", named, room="7em")
        self.depth = slider("Unfreeze", depths, room="7em", value=first.depth)
        self.rate = slider("Learning rate", self._rates(), room="7em", value=first.rate)
        super().__init__([self.target, self.depth, self.rate])
        for control in (self.target, self.depth, self.rate):
            control.observe(self._follow, "value")
        self._show()

    def setting(self):
        """What is chosen (Setting)."""
        return Setting(self.target.value, self.depth.value, self.rate.value)

    def _rates(self):
        """The rates stored for what is chosen, as the slider takes them."""
        return [(f"{rate:g}", rate) for rate in self._runs.rates(*self._chosen())]

    def _chosen(self):
        return self.target.value, self.depth.value

    def _follow(self, change=None):
        """Offer what is stored for what was chosen, keep what can be kept, and draw once."""
        if self._following:
            return
        self._following = True
        try:
            depths = self._runs.depths(self.target.value)
            _offer(
                self.depth, depths, self._runs.nearest_depth(self.target.value, self.depth.value)
            )
            rates, old = self._rates(), self.rate.value
            _offer(self.rate, rates, min(rates, key=lambda r: abs(math.log(r[1] / old)))[1])
        finally:
            self._following = False
        self._show()

    def _show(self):
        self.pictures.value = panel(self._runs, self.setting())

    def _words(self):
        return words(self._runs, self.setting())


def _offer(slider, options, value):
    """Put other options on a slider, and its handle on one of them."""
    if list(slider.options) != options:
        with slider.hold_sync():
            slider.options = options
            slider.value = value


def explore_fine_tuning(runs=None):
    """Replay stored fine-tuning runs: what is unfrozen, and at which learning rate.

    For each target, depth and rate stand side by side validation accuracy and training loss
    against the training step, over those of the head alone at its best rate, and how far each
    group of layers moved from its pretrained weights. Below them are test accuracy beside that
    of the head alone and the agreement with the source network; above them, one sentence on
    what there is to see, which the data decide. All trainings begin with a probe. Nothing is
    trained and nothing fetched. The controls follow the arrow keys.

    Parameters
    ----------
    runs : list of dict, optional
        Other records than the course's: as `course_utils.measuring.sweeps.read_records`
        gives them, of the study `"rates"`.

    Returns
    -------
    FineTuningExplorer
        A widget; as the last line of a cell it shows itself. Where no widget can be shown, in
        HTML made by nbconvert for one, the pictures of the first setting stand in for it.

    Raises
    ------
    CourseError
        If there is no run to show, or one lacks what is shown of it.
    """
    if runs is None:
        from course_utils.lessons.lesson_03.fine_tuning import STORED
        from course_utils.measuring.sweeps import read_records

        runs = read_records(STORED)
    return FineTuningExplorer(runs)
