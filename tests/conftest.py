"""What every test runs under."""

import os

# TensorFlow tells at every start what processor it found.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
