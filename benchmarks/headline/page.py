"""The tables of the docs' page, in Markdown, from the JSON files of a run alone."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from extras import EXTRAS
from pictures import draw_distances, draw_growth
from problems import ENTRIES
from reading import MARKS, Result, Row, read, read_extra

from solvers import OURS

INFINITE = float("inf")


def write_page(results: Path, docs: Path) -> None:
    """Write `generated` tables beside the JSON files, and the pictures to the docs."""
    known = read(results, "headline")
    headline = [result for result in known if "refused" not in result.told]
    if not headline:
        raise SystemExit(f"{results} holds no measured problem: run the benchmark first")
    draw_distances(headline).savefig(docs / "images" / "headline.png", dpi=110)
    growth = read(results, "rows"), read(results, "columns")
    if all(growth):
        draw_growth(*growth).savefig(docs / "images" / "headline_growth.png", dpi=110)
    parts = [
        provenance(results),
        *missing_part(results),
        summary(headline),
        falls_short(headline),
        *(
            f"{result.name}: {result.told['refused']}."
            for result in known
            if "refused" in result.told
        ),
        "![Distance against seconds, a panel a problem](images/headline.png)",
        *map(problem_table, headline),
        *growth_part(growth),
        *threads_part(read_extra(results, "threads")),
        *cold_part(read_extra(results, "cold")),
    ]
    (results / "tables.md").write_text("\n\n".join(parts) + "\n")


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] + ["--:"] * (len(heads) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def seconds(value: float) -> str:
    return f"{value:.2g}" if value < 10 else f"{value:.0f}"


def provenance(results: Path) -> str:
    """Say on what, with what and when it was measured: one line for each different run."""
    lines: list[str] = []
    for file in sorted(results.glob("*.json")):
        at = json.loads(file.read_text())["context"]
        versions = ", ".join(f"{name} {version}" for name, version in at["versions"].items())
        line = (
            f"{at['processor']}, {at['cores']} cores, {at['gigabytes']} GB; Python {at['python']}, "
            f"{versions}; commit {at['commit']}, {at['date']}"
        )
        if at["share"] != 1:
            line += f" — a trial, with {at['share']:g} of the rows of generated problems"
        if line not in lines:
            lines.append(line)
    return "\n\n".join(f"Measured on: {line}." for line in lines)


def missing_part(results: Path) -> list[str]:
    """Name what was not measured, if anything."""
    missing = [name for name in [*ENTRIES, *EXTRAS] if not (results / f"{name}.json").exists()]
    return [f"Not measured for this build: {', '.join(missing)}."] if missing else []


def summary(headline: list[Result]) -> str:
    """Return how the default compares with the best peer, problem by problem."""
    heads = ["problem"]
    for mark in MARKS:
        heads += [f"{OURS}, s to {mark:g}", "best peer", "times"]
    rows = []
    for result in headline:
        cells = [result.heading]
        for mark in MARKS:
            own, peer = result.best(mark, ours=True), result.best(mark, ours=False)
            cells.append(seconds(own.seconds_to(mark)) if own else "not reached")
            cells.append(f"{seconds(peer.seconds_to(mark))}, {peer.name}" if peer else "none")
            ratio = peer.seconds_to(mark) / own.seconds_to(mark) if own and peer else None
            cells.append(
                f"**{ratio:.1f}**" if ratio and ratio >= 1 else f"{ratio:.2f}" if ratio else ""
            )
        rows.append(cells)
    return "## The default beside the best peer\n\n" + table(heads, rows)


def falls_short(headline: list[Result]) -> str:
    """List where the default is not the first of all at a mark."""
    lines = []
    for result in headline:
        for mark in MARKS:
            own, peer = result.best(mark, ours=True), result.best(mark, ours=False)
            if own is None:
                default = next(row for row in result.rows if row.name == OURS)
                lines.append(f"- {result.heading}, to {mark:g}: {cell(default, mark, INFINITE)}.")
            elif peer is not None and peer.seconds_to(mark) < own.seconds_to(mark):
                lines.append(
                    f"- {result.heading}, to {mark:g}: {seconds(own.seconds_to(mark))} s, and "
                    f"{peer.name} {seconds(peer.seconds_to(mark))} s."
                )
    text = "\n".join(lines) or "Nowhere: it is the first at both marks on each problem."
    return "## Where the default is not the first\n\n" + text


def problem_table(result: Result) -> str:
    """Return all solvers of a problem, the fastest first; the best of each mark is bold."""
    best = {mark: min(row.seconds_to(mark) for row in result.rows) for mark in MARKS}

    def order(row: Row) -> tuple[float, ...]:
        return (*(row.seconds_to(mark) for mark in reversed(MARKS)), row.nearest)

    rows = []
    for row in sorted(result.rows, key=order):
        name = f"**{row.name}** ◂" if row.is_ours else row.name
        cells = [cell(row, mark, best[mark]) for mark in MARKS]
        memory = f"{100 * row.memory:.0f} %" if row.points else ""
        rows.append([name, row.setting, *cells, memory])
    told = result.told
    penalty = "L2" if not told["l1_ratio"] else f"L1 and L2 (l1_ratio {told['l1_ratio']:g})"
    about = f"{penalty}, alpha {told['alpha']:g}; the data take {told['megabytes']:.0f} MB."
    heads = ["solver", "setting", *(f"s to {mark:g}" for mark in MARKS), "memory over the data"]
    return f"## {result.heading}\n\n{about}\n\n{table(heads, rows)}"


def cell(row: Row, mark: float, best: float) -> str:
    """Return seconds to a mark; where it is not reached, how far and why it went no farther."""
    found = row.seconds_to(mark)
    if found < INFINITE:
        return f"**{seconds(found)}**" if found == best else seconds(found)
    nearest = f"{row.nearest:.0e}" if row.nearest < INFINITE else "no fit"
    if row.gave_up_at is not None:
        return f"> {row.gave_up_at:.0f} ({nearest})"
    if row.ended:
        return f"{row.ended.replace('|', '/')} ({nearest})"
    longest = max((point.seconds for point in row.points), default=INFINITE)
    return f"not in {seconds(longest)} ({nearest})"


def growth_part(growth: tuple[list[Result], list[Result]]) -> list[str]:
    """Return how the seconds to the finer mark grow with rows and columns."""
    parts = ["## Growth with rows and columns"]
    if all(growth):
        parts.append("![Seconds against rows and columns](images/headline_growth.png)")
    for results in growth:
        names = list(dict.fromkeys(row.name for result in results for row in result.rows))
        rows = []
        for result in results:
            if "refused" in result.told:
                rows.append([f"{result.name}: {result.told['refused']}", *[""] * len(names)])
                continue
            found = {row.name: row for row in result.rows}
            best = min(row.seconds_to(MARKS[-1]) for row in result.rows)
            cells = [cell(found[name], MARKS[-1], best) if name in found else "" for name in names]
            rows.append([result.told["shape"], *cells])
        if rows:
            parts.append(table([f"s to {MARKS[-1]:g}", *names], rows))
    return parts if len(parts) > 1 else []


def threads_part(told: dict[str, Any] | None) -> list[str]:
    """Return whether threads change results, and what joblib's workers cost."""
    if told is None:
        return []
    differ = [name for name, same in told["bits"].items() if not same]
    text = f"One and two threads give the same bits in all {len(told['bits'])} fits."
    if differ:
        text = f"One and two threads give other bits in: {'; '.join(differ)}."
    rows = [
        [name, *(seconds(jobs[count]) for count in ("1", "2")), f"{jobs['1'] / jobs['2']:.2f}"]
        for name, jobs in told["search"].items()
    ]
    heads = ["GridSearchCV of 8 values, 3 folds", "s, n_jobs=1", "s, n_jobs=2", "times as fast"]
    return ["## Threads", text, table(heads, rows)]


def cold_part(told: dict[str, Any] | None) -> list[str]:
    """Return the seconds of first fits, imports included."""
    if told is None:
        return []
    keys = "machine", "process", "again"
    rows = [
        [name, *(seconds(door[key]) for key in keys)] if "machine" in door
        else [name, door["failed"].replace("|", "/"), "", ""]
        for name, door in told["doors"].items()
    ]  # fmt: skip
    heads = ["20,000 x 20, logistic", "first on a machine, s", "first of a process, s", "again, s"]
    return ["## The first fit", "Imports and compiling included.", table(heads, rows)]
