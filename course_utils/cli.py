"""The course's commands: `python -m course_utils COMMAND`.

Each command imports what it needs when it runs, so that `--help` is quick and `doctor` works
in an environment where everything else is missing.
"""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.files import readable_size
from course_utils.paths import cache_folder

INTERRUPTED = 130  # 128 + SIGINT, as shells count


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : list of str, optional
        What follows `python -m course_utils`; by default taken from the command line.

    Returns
    -------
    int
        Exit status: 0 if all went well, 1 after a mistake that the user can mend (told in
        one line on standard error), 130 if interrupted.
    """
    for stream in (sys.stdout, sys.stderr):
        # A name that the terminal's encoding lacks is shown escaped: better than a crash.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    parser = build_parser()
    options, others = parser.parse_known_args(arguments)
    if others and getattr(options, "command", None) is not run_lab:
        parser.error(f"unrecognized arguments: {' '.join(others)}")
    options.others = others
    try:
        status = options.command(options) if hasattr(options, "command") else parser.print_help()
        sys.stdout.flush()  # here rather than at exit, so that a closed pipe shows here
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (`| head`) has what it wanted. Python would complain once more when it
        # flushes at exit, so standard output is pointed to nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return status or 0


def build_parser() -> argparse.ArgumentParser:
    """The command line's grammar; each command's function is stored as `command`."""
    parser = argparse.ArgumentParser(
        prog="python -m course_utils", description="Transfer Learning, Measured: the commands."
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    doctor = commands.add_parser("doctor", help="look for what could spoil a class")
    doctor.set_defaults(command=run_doctor)

    lab = commands.add_parser("lab", help="open the first lesson in JupyterLab")
    lab.description = "Opens your own copies of the lessons; further options are JupyterLab's own."
    lab.add_argument("--folder", type=Path, help="where your copies are (or COURSE_LESSONS)")
    lab.set_defaults(command=run_lab)

    cache = commands.add_parser("cache", help="list what is cached, or clear it")
    cache.add_argument("--clear", action="store_true", help="remove everything from the cache")
    cache.set_defaults(command=run_cache)

    fetch = commands.add_parser("fetch", help="download public data or weights, or list them")
    fetch.add_argument("names", nargs="*", metavar="NAME", help="what to fetch")
    fetch.add_argument("--list", action="store_true", help="list names, sizes and licences")
    fetch.add_argument(
        "--mirror", metavar="FOLDER", help="take the files from here instead (or COURSE_MIRROR)"
    )
    fetch.set_defaults(command=run_fetch)

    progress = commands.add_parser("progress", help="show how far you have come")
    progress.description = "Exercises passed and questions answered, by lesson."
    progress.set_defaults(command=run_progress)

    run = commands.add_parser("run", help="run one of the course's experiments again, or list them")
    run.add_argument("name", nargs="?", help="the experiment's name")
    run.add_argument("--store", action="store_true", help="let the lessons show the new records")
    run.add_argument("--clothing", metavar="FOLDER", help="where the clothing photographs lie")
    where = run.add_mutually_exclusive_group()
    where.add_argument(
        "--jobs", type=int, default=1, metavar="N", help="processes that run trials side by side"
    )
    where.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="run the trials on the Dask cluster with this scheduler, such as tcp://10.0.0.5:8786",
    )
    run.set_defaults(command=run_sweep)

    plan = commands.add_parser("plan", help="how many draws and test pictures a comparison needs")
    plan.description = (
        "From a pilot on validation data: how many draws of labelled pictures and how many test "
        "pictures it takes to tell the smallest difference that matters, and how long that takes."
    )
    plan.add_argument("pilot", metavar="FILE", help="the pilot's records, a JSON-lines file")
    plan.add_argument("--pictures", type=int, required=True, help="test pictures that there are")
    what = plan.add_mutually_exclusive_group(required=True)
    what.add_argument("--claim", help="plan its primary conditions, as its lesson's card has them")
    what.add_argument("--arm", metavar="QUERY", help="rows of one arm, such as \"arm == 'frozen'\"")
    plan.add_argument("--rival", metavar="QUERY", help="rows of its rival; goes with --arm")
    plan.add_argument("--where", metavar="QUERY", default="", help="what both have in common")
    plan.add_argument(
        "--difference",
        type=float,
        default=0.02,
        help="the smallest that matters, a share: 0.02 (the default) is two points",
    )
    plan.add_argument("--draws", type=int, default=10, help="draws that are meant (default 10)")
    plan.set_defaults(command=run_plan)
    return parser


def run_doctor(options: argparse.Namespace) -> int:
    """`doctor`: a line per check; status 1 if any of them failed."""
    from course_utils import doctor

    return doctor.examine()


def run_lab(options: argparse.Namespace) -> int | None:
    """`lab`: JupyterLab, on the first notebook; returns when JupyterLab has ended."""
    from course_utils import lab

    return lab.start(options.others, options.folder)


def run_cache(options: argparse.Namespace) -> None:
    """`cache`: the entries with size and last use, or with `--clear` none any more."""
    from course_utils.features import cache

    if options.clear:
        print(f"{readable_size(cache.clear_cache())} freed.")
        return
    entries = cache.list_entries()
    for name, size, last_used, complete in sorted(entries, key=lambda entry: entry[2]):
        state = "complete" if complete else "partial "
        used = last_used.astimezone()  # to this computer's own time
        print(f"{readable_size(size):>9}  {used:%Y-%m-%d %H:%M}  {state}  {name}")
    total = readable_size(sum(entry[1] for entry in entries))
    entries_counted = "1 entry" if len(entries) == 1 else f"{len(entries)} entries"
    print(f"{total:>9}  in {entries_counted} at {cache_folder()}")


def run_fetch(options: argparse.Namespace) -> None:
    """`fetch`: the assets named, one after the other, or with `--list` what there is."""
    from course_utils import assets

    manifest = assets.read_manifest()
    if options.list or not options.names:
        print(assets.describe(manifest.values()))
        return
    for name in options.names:
        folder = assets.fetch(name, mirror=options.mirror)
        use = f": load_dataset({name!r}) loads it" if manifest[name].classes else ""
        print(f"{name!r} is at {folder}{use}.")


def run_progress(options: argparse.Namespace) -> None:
    """`progress`: a line for each lesson, and what to take up next."""
    from course_utils.teaching.progress_report import progress_lines

    print("\n".join(progress_lines()))


def run_sweep(options: argparse.Namespace) -> None:
    """`run`: one stored experiment again, or on from where it was stopped; or what there is."""
    from course_utils.measuring import run_study, studies

    if options.name is None:
        for name, lesson in studies().items():
            print(f"{name:20s}lesson {lesson.number}, {lesson.title}")
        return
    path = run_study(options.name, options.store, options.clothing, options.jobs, options.cluster)
    print(f"The records are in {path}.")


def run_plan(options: argparse.Namespace) -> None:
    """`plan`: what each condition needs, by a pilot."""
    from course_utils.claims.registry import by_id
    from course_utils.measuring.conditions import Condition
    from course_utils.measuring.planning import plan, read_pilot
    from course_utils.validation import number, require, whole_number

    pilot = read_pilot(options.pilot)
    if options.claim is not None:
        conditions = by_id(options.claim).primary
        if not conditions:
            raise CourseError(
                f"The claim {options.claim!r} has no primary conditions yet: state them in its "
                "lesson's card, or name --arm and --rival."
            )
    else:
        require(options.rival is not None, "--arm is compared with --rival: name both.")
        number(options.difference, "--difference", above=0, at_most=0.5)
        whole_number(options.draws, "--draws", at_least=2)
        conditions = (
            Condition(
                f"{options.arm} over {options.rival}",
                study="",
                arm=options.arm,
                difference_that_matters=options.difference,
                draws=options.draws,
                where=options.where,
                rivals=(options.rival,),
            ),
        )
    for condition in conditions:
        print(condition.name)
        print(plan(condition, pilot, options.pictures, len(conditions)))
