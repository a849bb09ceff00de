"""Whether this processor multiplies bfloat16 numbers in hardware."""

import platform
import subprocess
from functools import cache
from pathlib import Path


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
