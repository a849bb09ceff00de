"""The environment in which every figure that a lesson shows is audited."""

import os

from course_utils.paths import PROJECT_FOLDER
from course_utils.teaching.figures import AUDITOR_VARIABLE

AUDITOR = "making.authoring.figure_audit:figure_findings"


def auditing_environment() -> dict[str, str]:
    """This process's environment with the auditor named, and where to import it from."""
    paths = [str(PROJECT_FOLDER), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, paths)),
        AUDITOR_VARIABLE: AUDITOR,
    }
