"""What libraries print about the machine and their progress: no part of a lesson's output.

Native libraries log to standard error what processor they found, and a progress bar is there on
a cold cache and gone on a warm one. Neither is stored, and neither is compared.
"""

import copy
import re

_CHATTER = re.compile(
    r"""
      \d{4}-\d\d-\d\d\ \d\d:\d\d:\d\d\.\d+:\ [IWEF]\ .*  # TensorFlow's log
    | [IWEF]\d{4}\ \d\d:\d\d:\d+\.\d+\ .*                # absl's log
    | WARNING:\ All\ log\ messages\ before\ absl::.*
    | To\ enable\ the\ following\ instructions:.*        # TensorFlow's second line
    | .*\d+%\|.*\|\s*\S+\ \[.*\]\s*                      # tqdm's bar
    | .*\d+/(\d+|Unknown)\S*\ .*━.*                      # Keras's bar, in colours or not
    """,
    re.VERBOSE,
)


def without_chatter(outputs: list) -> list:
    """Copies of a cell's outputs without logs and progress bars; emptied streams are dropped."""
    kept = []
    for output in copy.deepcopy(outputs):
        if output["output_type"] == "stream":
            lines = re.split(r"(?<=\n)", output["text"])
            output["text"] = "".join(line for line in lines if not _CHATTER.fullmatch(_seen(line)))
            if not output["text"].strip():
                continue
        kept.append(output)
    return kept


def _seen(line):
    """What is left on the screen of a line that was written over itself."""
    return line.strip("\r\n").rpartition("\r")[2]
