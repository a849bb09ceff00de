"""Look inside a torch network: what its channels answer to, and what its answer rests on."""

from course_utils.visualisation.activations import (
    as_inputs,
    module_named,
    record,
    run_until,
    stage_names,
)
from course_utils.visualisation.maximisation import maximise
from course_utils.visualisation.patches import top_patches
from course_utils.visualisation.receptive_fields import box, receptive_field
from course_utils.visualisation.saliency import grad_cam, occlusion, randomised_copies

__all__ = [
    "as_inputs",
    "box",
    "grad_cam",
    "maximise",
    "module_named",
    "occlusion",
    "randomised_copies",
    "receptive_field",
    "record",
    "run_until",
    "stage_names",
    "top_patches",
]
