"""What every test runs under."""

import os

# The renderer behind the set `objects`. A process that holds TensorFlow as well crashes when it
# ends, unless Mitsuba was loaded first (tried with 3.9 and TensorFlow 2.21).
import mitsuba  # noqa: F401

# TensorFlow tells at every start what processor it found.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# Under `make test`, a make that a test starts is to be one of its own, not a part of that run.
for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
    os.environ.pop(name, None)
