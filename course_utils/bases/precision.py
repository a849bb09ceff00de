"""Whether this processor multiplies bfloat16 numbers in hardware, and whether that is used."""

import contextlib
import platform
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

#: The arithmetic of everything that leaves it to the machine, inside `fixed_arithmetic`: of the
#: whole process, its threads too.
_fixed: list[str] = []


@contextlib.contextmanager
def fixed_arithmetic(name: str) -> Iterator[None]:
    """Inside this context, whatever leaves its arithmetic to the machine (`"auto"`) takes this one.

    So that records made on different machines can be compared.

    Parameters
    ----------
    name : {"float32", "bfloat16"}
    """
    _fixed.append(name)
    try:
        yield
    finally:
        _fixed.pop()


def automatic_arithmetic() -> str:
    """What `"auto"` means here and now: `"float32"` or `"bfloat16"`."""
    if _fixed:
        return _fixed[-1]
    return "bfloat16" if bfloat16_is_fast() else "float32"


@cache
def bfloat16_is_fast() -> bool:
    """Tell whether the processor has bfloat16 dot products (AVX512-BF16, AMX or Arm's BF16).

    Elsewhere bfloat16 is emulated, and slower than 32-bit arithmetic; nothing is assumed
    where the processor does not say what it has.

    Returns
    -------
    bool
    """
    wanted = {"avx512_bf16", "amx_bf16", "bf16"}
    try:
        if platform.system() == "Linux":
            for line in Path("/proc/cpuinfo").read_text().splitlines():
                if line.lower().startswith(("flags", "features")):
                    return bool(wanted & set(line.lower().split()))
        if platform.system() == "Darwin":
            found = subprocess.run(
                ["sysctl", "-n", "hw.optional.arm.FEAT_BF16"],
                capture_output=True,
                text=True,
                timeout=10,
                check=False,
            )
            return found.stdout.strip() == "1"
    except (OSError, subprocess.SubprocessError):
        return False
    return False
