"""The environment in which every figure that a lesson shows is audited."""

import os
from pathlib import Path

from course_utils.teaching.figures import AUDITOR_VARIABLE

AUDITOR = "figure_audit:figure_findings"


def auditing_environment():
    """This process's environment with the auditor named, and where to import it from (dict)."""
    beside = [str(Path(__file__).resolve().parent), os.environ.get("PYTHONPATH", "")]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, beside)),
        AUDITOR_VARIABLE: AUDITOR,
    }
