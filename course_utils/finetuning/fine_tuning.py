"""`fine_tune`: run a schedule, with the frozen part of the network run only once."""

import numbers

import numpy as np

from course_utils.datasets.dataset import Dataset
from course_utils.errors import CourseError
from course_utils.features import extract_features
from course_utils.finetuning.activations import Activations, Views
from course_utils.finetuning.boundaries import freeze_boundary, split_at
from course_utils.finetuning.checkpoints import Checkpoint, identity_of_run
from course_utils.finetuning.groups import unfreeze
from course_utils.finetuning.run import Run
from course_utils.finetuning.schedules import HEAD
from course_utils.finetuning.steps import Steps


def fine_tune(base, head, dataset, schedule, **options):
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
        Of `FineTuner.run`: `seed`, `preprocess`, `augment`, `views`, `cache`, `precision`,
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


class FineTuner:
    """A base and a head, and the steps compiled for them, which serve again in the next run.

    Compiling takes seconds; whoever runs many schedules on one network (from weights that are
    set back each time) keeps the FineTuner.
    """

    def __init__(self, base, head):
        import keras

        if len(getattr(base, "inputs", None) or ()) != 1 or len(base.outputs) != 1:
            raise CourseError(
                "fine_tune takes as its base a Keras network with one input and one output, made "
                f"by the functional API, not this {type(base).__name__}."
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
        if len(made) != 1:
            raise CourseError(
                f"The head makes {made} of the base's output of shape {given}, and not one number "
                f"for each class: {advice}"
            )
        self.n_classes = made[0]
        self._steps, self._parts = {}, {}

    def run(
        self,
        dataset,
        schedule,
        *,
        seed=0,
        preprocess=None,
        augment=None,
        views=4,
        cache=True,
        precision="float32",
        folder=None,
        progress=True,
        extract=extract_features,
        after_epoch=None,
    ):
        """Run a schedule. See `fine_tune`.

        Parameters
        ----------
        dataset, schedule
            As in `fine_tune`.
        seed : int
            Of the order of images and of augmentation. With the same weights to start from, the
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
            Of the frozen part, where it is cached.
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
        if not (isinstance(views, numbers.Integral) and views >= 1):
            raise CourseError(f"views must be a whole number, 1 up, not {views!r}.")
        check_seed(seed)
        train, validation = self.checked_parts(dataset, schedule)
        if preprocess is None:
            import keras

            preprocess = keras.applications.resnet50.preprocess_input
        trained = self._trained_variables(schedule)
        parts = {"training": train} | ({"validation": validation} if validation else {})
        for part in parts.values():
            self.check_size(part.images, preprocess)
        description = None
        if folder is not None:
            kept = {id(variable) for variable in trained}
            frozen = [v for v in self.base.weights + self.head.weights if id(v) not in kept]
            description = identity_of_run(
                self.base,
                self.head,
                parts,
                schedule,
                int(seed),
                augment,
                int(views),
                preprocess,
                precision,
                frozen,
            )
        training = Views(train.images, augment, views, seed)

        def activations(below, part):
            views = training if part is train else Views(part.images, None, 1, seed)
            return Activations(
                below, part, views, preprocess, extract if cache else None, precision
            )

        run = Run(
            self, schedule, trained, seed, Checkpoint(folder, description), parts, activations
        )
        return run.go(progress, after_epoch)

    def checked_parts(self, dataset, schedule):
        """The training and the validation part (Dataset or None), once they fit all else.

        Raises
        ------
        CourseError
            If they do not.
        """
        parts = tuple(dataset) if isinstance(dataset, tuple | list) else (dataset,)
        train, validation = (*parts, None, None)[:2]
        for part in (train, validation):
            if not isinstance(part, Dataset) and (part is train or part is not None):
                raise CourseError(
                    "Fine-tuning takes Datasets, as load_dataset gives them, not "
                    f"{type(part).__name__}."
                )
            if part is not None and not len(part):
                raise CourseError(f"A part of the set {part.name!r} has no images: give it some.")
            classes = self.n_classes if part is None else len(part.class_names)
            if classes != self.n_classes:
                raise CourseError(
                    f"The head gives {self.n_classes} numbers and the data has {classes} classes: "
                    f"end it with Dense({classes})."
                )
        waits = any(stage.patience for stage in schedule.stages)
        if validation is None and (schedule.restore_best or waits):
            raise CourseError(
                "The schedule judges its epochs by validation data: pass (train, validation), or "
                "set restore_best=False and no patience."
            )
        return train, validation

    def check_size(self, images, preprocess):
        """Raise a `CourseError` unless the base takes what `preprocess` makes of the images."""
        blank = np.zeros((1, *images.shape[1:]), np.float32)
        given, wanted = np.asarray(preprocess(blank)).shape[1:], self.base.inputs[0].shape[1:]
        sizes = zip(wanted, given, strict=False)
        if len(given) != len(wanted) or any(want not in (None, have) for want, have in sizes):
            raise CourseError(
                f"The network takes images of shape {wanted}, not {given}: build it with that "
                "input_shape, or let preprocess give images that fit."
            )

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

    def steps(self, stage, schedule):
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


def check_seed(seed):
    """Raise a `CourseError` unless this is a seed."""
    if not (isinstance(seed, numbers.Integral) and seed >= 0):
        raise CourseError(f"seed must be a whole number, 0 up, not {seed!r}.")
