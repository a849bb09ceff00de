"""What every test runs under."""

import os

# TensorFlow tells at every start what processor it found.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# Under `make test`, a make that a test starts is to be one of its own, not a part of that run.
for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
    os.environ.pop(name, None)
