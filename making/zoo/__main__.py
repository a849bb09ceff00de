"""Pretrain the zoo's networks: `python -m making.zoo`, which goes on where it was stopped."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from course_utils.errors import CourseError
from making.zoo.zoo import STORED, run, ship


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; give its exit status."""
    parser = argparse.ArgumentParser(prog="python -m making.zoo", description=__doc__)
    parser.add_argument("--records", type=Path, default=STORED, help="JSON lines to go on with")
    parser.add_argument("--clothing", type=Path, help="where the clothing photographs lie")
    parser.add_argument("--store", action="store_true", help="write the files that ship")
    options = parser.parse_args(arguments)
    try:
        records = run(options.records, options.clothing)
        if options.store:
            ship(records)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
