"""The settings of a pretraining run, and what they say at each moment of it."""

from dataclasses import dataclass, replace

from course_utils.validation import number, one_of, require, whole_number

#: Where the rate starts and ends: a step at exactly zero would be wasted.
LOWEST_RATE = 1e-5


@dataclass(frozen=True)
class Recipe:
    """Settings of a pretraining run; the defaults are those of the weights that ship.

    Attributes
    ----------
    minutes, steps : float, int
        How long to train: one of them, the other None. By steps the schedule, and so the
        result, is the same on every run; by minutes it follows the time spent.
    batch_size : int
    rate : float
        Peak learning rate: reached by a linear warm-up, left by a linear decay to zero.
    weight_decay : float
        Not on biases and BatchNorm parameters.
    size : int
        Height and width of the pictures in pixels.
    seed : int
        Fixes the first weights, the order of the pictures and their augmentation.
    precision : {"auto", "float32", "bfloat16"}
        `"auto"`: bfloat16 autocast where the processor has instructions for it.
    momentum : float
        The momentum of stochastic gradient descent, in Nesterov's form.
    warm_up : float
        Share of the run in which the rate rises.
    small_share, small_size : float
        For this share of the run, pictures are reduced to this part of `size`: cheaper steps
        while the network learns what is coarse.
    label_smoothing : float
    padding : float
        Pictures are mirrored at their borders by this part of `size`, then cropped at random.
    contrast : float
        Contrast is multiplied by a number drawn from 1 - contrast to 1 + contrast.
    brightness : float
        A number from -brightness to brightness (of 255) is added to a picture.
    average_decay : float
        Weight of the past in the running average of the weights, at every step. The average,
        not the last weights, is what is kept.
    """

    minutes: float | None = None
    steps: int | None = None
    batch_size: int = 128
    rate: float = 0.15
    weight_decay: float = 5e-5
    size: int = 64
    seed: int = 0
    precision: str = "auto"
    momentum: float = 0.9
    warm_up: float = 0.04
    small_share: float = 0.5
    small_size: float = 0.75
    label_smoothing: float = 0.1
    padding: float = 0.125
    contrast: float = 0.3
    brightness: float = 20.0
    average_decay: float = 0.995

    def checked(self) -> "Recipe":
        """The recipe with its precision decided for this machine.

        Raises
        ------
        CourseError
            If a setting makes no sense.
        """
        require(
            (self.minutes is None) != (self.steps is None),
            "Say how long to pretrain: give either minutes or steps.",
        )
        if self.steps is None:
            number(self.minutes, "minutes", above=0)
        else:
            whole_number(self.steps, "steps", 1)
        whole_number(self.batch_size, "batch_size", 2)  # BatchNorm needs two to compare
        whole_number(self.size, "size", 1)
        whole_number(self.seed, "seed")
        number(self.rate, "rate", above=0)
        number(self.weight_decay, "weight_decay", at_least=0)
        if one_of(self.precision, "The precision", ("auto", "float32", "bfloat16")) != "auto":
            return self
        from course_utils.bases import bfloat16_is_fast

        return replace(self, precision="bfloat16" if bfloat16_is_fast() else "float32")

    def progress(self, step: int, seconds: float) -> float:
        """Share of the run that is over, after `step` steps and `seconds` seconds of training."""
        return step / self.steps if self.steps else seconds / (60 * (self.minutes or 0))

    def rate_at(self, progress: float) -> float:
        """Learning rate at a moment of the run, `progress` from 0 to 1."""
        rising = progress / self.warm_up
        falling = (1 - progress) / (1 - self.warm_up)
        return max(self.rate * min(rising, falling), LOWEST_RATE)

    def size_at(self, progress: float) -> int:
        """Height and width of the pictures in pixels, at a moment of the run."""
        return self.size if progress >= self.small_share else round(self.size * self.small_size)

    def decay_at(self, step: int) -> float:
        """Weight of the past in the average after `step` steps: less of it while it is short."""
        return min(self.average_decay, (1 + step) / (10 + step))
