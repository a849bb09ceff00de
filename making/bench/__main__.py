"""Measure the benches, print a table, and write `build/bench.json` (names to ratios)."""

import argparse
import json
import sys
from collections.abc import Sequence

from course_utils.files import atomic_path
from course_utils.paths import PROJECT_FOLDER
from making.bench.bench import BENCHES


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; give its exit status, 1 if a ratio does not count."""
    parser = argparse.ArgumentParser(prog="python -m making.bench", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(BENCHES)}; all if left out")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(BENCHES)
    if unknown:
        parser.error(f"no bench is called {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    path = PROJECT_FOLDER / "build" / "bench.json"
    path.parent.mkdir(exist_ok=True)
    ratios = json.loads(path.read_text()) if path.exists() else {}
    print(f"{'bench':20s} {'plain s':>8s} {'fast s':>8s} {'ratio':>6s}   accuracy, plain and fast")
    failed = False
    for name in options.names or BENCHES:
        bench, rounds = BENCHES[name]
        found = bench(rounds)
        seconds, accuracy, counts = found["seconds"], found["accuracy"], found["same_accuracy"]
        print(
            f"{name:20s} {seconds['plain']:8.1f} {seconds['fast']:8.1f} {found['ratio']:6.1f}   "
            f"{accuracy['plain']:.3f} and {accuracy['fast']:.3f}"
            + ("" if counts else "   NOT THE SAME: the ratio does not count"),
            flush=True,
        )
        failed |= not counts
        ratios.pop(name, None)
        if counts:
            ratios[name] = round(found["ratio"], 2)
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(ratios, indent=2) + "\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
