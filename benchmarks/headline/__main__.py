"""The headline benchmark: how soon each solver is near the minimum, on the same objectives.

    python benchmarks/headline run [--minutes 25] [--limit 10] [--share 1] [--resume] [name ...]
    python benchmarks/headline page

`run` measures, and writes a JSON file a problem to `benchmarks/results/headline`; `page` makes the
tables and pictures of the docs from those files alone. Peers that are not installed are left out.
With `--share 0.1` problems have a tenth of their rows, to see that all works: give `--results` a
folder for such a trial. It needs Linux: processes are forked, and memory is read from /proc.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RESULTS = Path(__file__).parents[1] / "results" / "headline"
DOCS = Path(__file__).parents[2] / "docs"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="measure, and write JSON")
    run.add_argument("--minutes", type=float, default=25, help="in all")
    run.add_argument("--limit", type=float, default=10, help="seconds of a fit")
    run.add_argument("--share", type=float, default=1, help="of the rows")
    run.add_argument("--resume", action="store_true", help="leave out what is measured already")
    run.add_argument("names", nargs="*", metavar="name", help="these alone")
    page = commands.add_parser("page", help="tables and pictures from the JSON files")
    page.add_argument("--docs", type=Path, default=DOCS, help="where they go")
    for command in (run, page):
        command.add_argument("--results", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    if arguments.command == "page":
        from page import write_page

        write_page(arguments.results, arguments.docs)
    else:
        measure_all(arguments)


def measure_all(arguments: argparse.Namespace) -> None:
    """Measure what is asked for; each problem may take its part of the time that is left."""
    from extras import EXTRAS, EXTRAS_WEIGHT
    from machine import machine, memory_refusal
    from measure import Limits, measure, refused
    from problems import ENTRIES

    known = [*ENTRIES, *EXTRAS]
    unknown = set(arguments.names) - set(known)
    if unknown:
        sys.exit(f"no problem is named {', '.join(sorted(unknown))}: there are {', '.join(known)}")
    arguments.results.mkdir(parents=True, exist_ok=True)
    context = machine() | {"share": arguments.share}
    names = [name for name in known if not arguments.names or name in arguments.names]
    if arguments.resume:
        names = [name for name in names if not measured(arguments.results, name, context)]
    weights = {name: ENTRIES[name].weight if name in ENTRIES else EXTRAS_WEIGHT for name in names}
    end = time.monotonic() + 60 * arguments.minutes
    with tempfile.TemporaryDirectory() as folder:
        tempfile.tempdir = folder  # of the processes that are forked, too, which may be killed
        for place, name in enumerate(names):
            left = end - time.monotonic()
            if left <= 0:
                print(f"time is over: not measured are {', '.join(names[place:])}; run --resume")
                break
            part = left * weights[name] / sum(weights[each] for each in names[place:])
            began = time.monotonic()
            if name in EXTRAS:
                try:
                    found = EXTRAS[name](part)
                except (RuntimeError, subprocess.TimeoutExpired) as failure:
                    print(f"{name}: not measured, {str(failure).splitlines()[0][-200:]}")
                    continue
            elif refusal := memory_refusal(name, arguments.share):
                found = refused(ENTRIES[name].group, refusal)
            else:
                problem = ENTRIES[name].make(arguments.share)
                limits = Limits(arguments.limit, began + part, least=part / 2)
                found = measure(problem, ENTRIES[name].group, limits)
                del problem
            write(arguments.results / f"{name}.json", found | {"name": name, "context": context})
            print(f"{name}: {time.monotonic() - began:.0f} s of {part:.0f}", flush=True)


def measured(folder: Path, name: str, context: dict[str, object]) -> bool:
    """Say whether a problem was measured with the same versions, on the same machine."""
    file = folder / f"{name}.json"
    if not file.exists():
        return False
    then = json.loads(file.read_text())["context"]
    return {**then, "date": ""} == {**context, "date": ""}


def write(file: Path, found: dict[str, object]) -> None:
    """Write a file that appears whole or not at all."""
    part = file.with_suffix(".part")
    part.write_text(json.dumps(found, indent=1) + "\n")
    part.replace(file)


if __name__ == "__main__":
    main()
