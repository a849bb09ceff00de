"""`phantoms`: radiographs of made chests, clear or with a nodule or an infiltrate."""

import numpy as np
from made import Made, check_request, random_for

from . import lesions
from .anatomy import bones, make_patient, soft_tissue
from .geometry import Pose
from .radiograph import display, expose, mark

CLASS_NAMES = ("clear", "nodule", "infiltrate")
DOMAINS = ("xray",)
SIZE = 96
PER_CLASS = 240
QUALITY = {"xray": 88}

#: Radiographs of one patient: the same body and finding, another pose and exposure.
PER_PATIENT = 2

_FINER = 2  # working pixels along one pixel of the shipped picture
_SOFT = 2.5  # attenuation of one unit of soft tissue; bone adds twice that
_BONE = 5.0


def draw(class_name, number, domain=DOMAINS[0], seed=0):
    """Draw one radiograph.

    Parameters
    ----------
    class_name : str
        One of `CLASS_NAMES`.
    number : int
        Which radiograph of the class: 0, 1, 2, ... `PER_PATIENT` in a row show one patient.
    domain : str
        One of `DOMAINS`.
    seed : int
        Another seed gives other patients.

    Returns
    -------
    Made
        Its group is the patient.

    Raises
    ------
    CourseError
        If the class, the domain or the number does not exist.
    """
    check_request("phantoms", class_name, CLASS_NAMES, domain, DOMAINS, number, seed)
    # A generator for each step: noise takes a varying count of numbers from its own.
    day, noise, view = (
        random_for(seed, "phantoms", domain, class_name, step, number)
        for step in ("day", "noise", "view")
    )
    attenuation = attenuation_of(class_name, number, _pose(day), day, domain, seed)
    grey = mark(display(expose(attenuation, noise), view), view)
    grey = grey.reshape(SIZE, _FINER, SIZE, _FINER).mean(axis=(1, 3))
    levels = np.clip(np.rint(255 * grey), 0, 255).astype(np.uint8)
    patient = number // PER_PATIENT
    return Made(np.repeat(levels[:, :, None], 3, axis=2), f"{class_name}-{patient:04d}")


def attenuation_of(class_name, number, pose, random, domain=DOMAINS[0], seed=0):
    """The attenuation along every ray, before any noise: shape (pose.size, pose.size).

    `random` places what changes from day to day (the electrodes of a monitor); the patient
    and the finding depend on the other arguments alone.
    """
    own = random_for(seed, "phantoms", domain, class_name, "patient", number // PER_PATIENT)
    patient = make_patient(own)
    tissue, air = soft_tissue(patient, pose)
    total = _SOFT * tissue + _BONE * bones(patient, pose)
    total += lesions.harmless_spots(patient, pose, int(own.integers(2**31)), random)
    if class_name == "nodule":
        for nodule in lesions.make_nodule(patient, own):
            total += lesions.nodule_attenuation(pose, **nodule)
    elif class_name == "infiltrate":
        for infiltrate in lesions.make_infiltrate(patient, own):
            total += lesions.infiltrate_attenuation(pose, air, **infiltrate)
    return total


def _pose(random):
    """How the patient stands this time."""
    return Pose(
        yaw=random.normal(0, 0.05),
        pitch=random.normal(0, 0.06),
        roll=random.normal(0, 0.035),
        zoom=random.uniform(1.14, 1.3),
        shift=(random.normal(0, 0.03), random.normal(0.06, 0.03)),
        size=SIZE * _FINER,
    )
