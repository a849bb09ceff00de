"""`fine_tune`: run a schedule, with the frozen part of the network run only once."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.datasets.dataset import Dataset
from course_utils.errors import CourseError
from course_utils.features import extract_features
from course_utils.features.keras_engine import check_input_shape
from course_utils.finetuning.activations import Activations, Views
from course_utils.finetuning.boundaries import freeze_boundary, split_at
from course_utils.finetuning.checkpoints import Checkpoint, identity_of_run
from course_utils.finetuning.groups import unfreeze
from course_utils.finetuning.history import History
from course_utils.finetuning.run import Run
from course_utils.finetuning.schedules import HEAD, Schedule, Stage
from course_utils.finetuning.steps import Steps
from course_utils.validation import require, whole_number


def fine_tune(base: Any, head: Any, dataset: Any, schedule: Schedule, **options: Any) -> History:
    """Fine-tune a pretrained base under a new head, stage by stage.

    While a stage trains only what lies above some layer, what lies below runs once, and its
    activations are read from the cache in every epoch: the same result, sooner.

    Parameters
    ----------
    base : keras.Model
        A functional model without its classifier, as `keras.applications` gives it with
        `include_top=False`. Trained in place.
    head : keras.Model or keras.Layer
        Takes the base's output; gives probabilities or logits. Trained in place.
    dataset : Splits, or (train, validation) of Dataset
        Test data, where given, is not looked at. `validation` may be None if nothing in the
        schedule needs it.
    schedule : Schedule
    **options
        Options of `FineTuner.run`: `seed`, `preprocess`, `augment`, `views`, `cache`, `precision`,
        `folder`, `progress`.

    Returns
    -------
    History

    Raises
    ------
    CourseError
        See `FineTuner.run`.
    """
    return FineTuner(base, head).run(dataset, schedule, **options)


def default_preprocess() -> Callable:
    """The preprocessing of the shipped ResNet50 in Keras."""
    import keras

    return keras.applications.resnet50.preprocess_input


class FineTuner:
    """A base and a head, and the steps compiled for them, which serve again in the next run.

    Compiling takes seconds; whoever runs many schedules on one network (from weights that are
    set back each time) keeps the FineTuner.
    """

    def __init__(self, base: Any, head: Any) -> None:
        import keras

        require(
            len(getattr(base, "inputs", None) or ()) == 1 == len(base.outputs),
            "fine_tune takes as its base a Keras network with one input and one output, made by "
            f"the functional API, not this {type(base).__name__}.",
        )
        if not hasattr(base, "_nodes_by_depth"):  # a Sequential; the layers are the same
            base = keras.Model(base.inputs[0], base.outputs[0])
        self.base, self.head = base, head
        given = base.outputs[0].shape[1:]
        advice = "begin it with pooling or flattening, or give the base pooling='avg'."
        try:
            made = head(base.outputs[0]).shape[1:]  # builds the head as well
        except (ValueError, TypeError, AttributeError) as error:
            raise CourseError(
                f"The head does not take the base's output of shape {given}: {advice}"
            ) from error
        require(
            len(made) == 1,
            f"The head makes {made} of the base's output of shape {given}, and not one number for "
            f"each class: {advice}",
        )
        self.n_classes = made[0]
        self._steps, self._parts = {}, {}

    def run(
        self,
        dataset: Any,
        schedule: Schedule,
        *,
        seed: int = 0,
        preprocess: Callable[[np.ndarray], np.ndarray] | None = None,
        augment: Any = None,
        views: int = 4,
        cache: bool = True,
        precision: str = "float32",
        folder: Path | str | None = None,
        progress: bool = True,
        extract: Callable = extract_features,
        after_epoch: Callable[[dict, Callable], Any] | None = None,
    ) -> History:
        """Run a schedule. See `fine_tune`.

        Parameters
        ----------
        dataset, schedule
            As in `fine_tune`.
        seed : int
            Decides the order of images and augmentation. With the same weights to start from, the
            same seed gives the same result on one machine. Layers of the head that draw random
            numbers (dropout) have seeds of their own.
        preprocess : callable, optional
            As in `extract_features`; by default ResNet50's.
        augment : keras.Layer or callable, optional
            Random image layers of Keras, or a function of float32 images (0 to 255) and a seed.
        views : int
            Augmented versions of each image, which the epochs use in turn. They are what makes
            caching possible with augmentation; more cost more frozen passes and disk.
        cache : bool
            False runs every batch through the whole base again: for comparison.
        precision : {"float32", "bfloat16", "auto"}
            In which the frozen part is computed, where it is cached.
        folder : path, optional
            Keeps the run's state there after every epoch, up to six times the size of the
            trained weights. Called again with the same folder, a killed run goes on after its last
            finished epoch, and a finished one is read.
        progress : bool
            Show a progress bar on the error stream.
        extract : callable
            In place of `extract_features`, for whoever stores activations in another way.
        after_epoch : callable, optional
            Called with the epoch's record (see `History`) and a function that gives the network's
            outputs, array (n, classes), for a Dataset, as the weights are then.

        Returns
        -------
        History

        Raises
        ------
        CourseError
            If the data are no Datasets, a group of the schedule matches no layer, the head has
            another number of outputs than there are classes, validation data is needed and
            missing, `views` or `seed` is no such number, or the folder holds another run.
        """
        views, seed = whole_number(views, "views", 1), whole_number(seed, "seed")
        train, validation = self.checked_parts(dataset, schedule)
        prepare = preprocess or default_preprocess()
        trained = self._trained_variables(schedule)
        parts = {"training": train} | ({"validation": validation} if validation else {})
        for part in parts.values():
            self.check_image_size(part.images, prepare)
        description = None
        if folder is not None:
            settings = {"seed": seed, "views": views, "precision": precision}
            given = (self.base, self.head, parts, schedule, trained, prepare, augment)
            description = identity_of_run(*given, **settings)
        training = Views(train.images, augment, views, seed)

        def activations(below: Any, part: Dataset) -> Activations:
            own = training if part is train else Views(part.images, None, 1, seed)
            cached = extract if cache else None
            return Activations(below, part, own, prepare, cached, precision)

        checkpoint = Checkpoint(folder, description)
        run = Run(self, schedule, trained, seed, checkpoint, parts, activations)
        return run.go(progress, after_epoch)

    def checked_parts(self, dataset: Any, schedule: Schedule) -> tuple[Dataset, Dataset | None]:
        """The training and the validation part (Dataset or None), once they fit all else.

        Raises
        ------
        CourseError
            If they do not.
        """
        parts: tuple[Any, ...] = tuple(dataset) if isinstance(dataset, tuple | list) else (dataset,)
        train: Any = parts[0] if parts else None
        validation: Any = parts[1] if len(parts) > 1 else None
        for part in (train, validation):
            if part is None and part is not train:
                continue
            if not isinstance(part, Dataset):
                raise CourseError(
                    "Fine-tuning takes Datasets, as load_dataset gives them, not "
                    f"{type(part).__name__}."
                )
            require(len(part) > 0, f"A part of the set {part.name!r} has no images: give it some.")
            classes = len(part.class_names)
            require(
                classes == self.n_classes,
                f"The head gives {self.n_classes} numbers and the data has {classes} classes: end "
                f"it with Dense({classes}).",
            )
        waits = any(stage.patience for stage in schedule.stages)
        require(
            validation is not None or not (schedule.restore_best or waits),
            "The schedule judges its epochs by validation data: pass (train, validation), or set "
            "restore_best=False and no patience.",
        )
        return train, validation

    def check_image_size(self, images: Any, preprocess: Callable) -> None:
        """Raise a `CourseError` unless the base takes what `preprocess` makes of the images."""
        blank = np.zeros((1, *images.shape[1:]), np.float32)
        check_input_shape(self.base, np.asarray(preprocess(blank)).shape[1:])

    def _trained_variables(self, schedule):
        """Every variable that some stage of the schedule changes, each once."""
        found = {}
        for stage in schedule.stages:
            for own in unfreeze(self.base, self.head, stage, schedule.batch_norm).values():
                found |= {id(variable): variable for variable in own}
        if any(HEAD in stage.rates for stage in schedule.stages):  # BatchNorm in the head
            found |= {id(variable): variable for variable in self.head.weights}
        if schedule.batch_norm == "trained":  # its statistics move as well
            found |= {id(v): v for layer in self.base.layers for v in layer.weights}
        return list(found.values())

    def steps(self, stage: Stage, schedule: Schedule) -> tuple[Any, Steps]:
        """The frozen part and the compiled steps for one stage (keras.Model or None, Steps)."""
        variables = unfreeze(self.base, self.head, stage, schedule.batch_norm)
        names = tuple((group, tuple(map(id, own))) for group, own in variables.items())
        key = names, schedule.optimizer, schedule.penalty is not None, schedule.batch_norm
        boundary = freeze_boundary(self.base)
        if id(boundary) not in self._parts:
            # The tensor is kept too, lest its `id` be given to another.
            self._parts[id(boundary)] = (*split_at(self.base, boundary), boundary)
        below, above, _ = self._parts[id(boundary)]
        if key not in self._steps:
            self._steps[key] = Steps(
                above,
                self.head,
                boundary.shape[1:],
                variables,
                schedule.optimizer,
                schedule.penalty is not None,
            )
        return below, self._steps[key]
