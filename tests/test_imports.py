"""Who may import whom, read off the source of every file; and what an import loads."""

import ast
import functools
import os
import subprocess
import sys
from pathlib import Path

import pytest

import descend

SOURCE = Path(descend.__file__).parent
FILES = sorted(SOURCE.rglob("*.py"))
VIEW_FILES = sorted((SOURCE / "views").rglob("*.py"))

LEAVES = ("losses", "penalties", "models", "optimizers", "rates", "data")

# a room imports those before it; the leaves are ignorant of one another
ORDER = (
    "support",
    "protocols",
    *LEAVES,
    "kernels",
    "records",
    "objectives",
    "curvature",
    "solvers",
    "api",
    "estimators",
    "experiments",
    "diagnosis",
    "views",
    "tables",
    "playground",
    "gallery",
    "cli",
    "__main__",
)

# rooms that may import less than the order allows
LESS = {
    **{leaf: {"support", "protocols"} for leaf in LEAVES},
    "kernels": {"support", "protocols"},
    "records": {"support", "protocols"},
}

MAY_IMPORT = {room: LESS.get(room, set(ORDER[:place])) for place, room in enumerate(ORDER)}

# the rooms and modules of `views`, each importing those before it
VIEWS = (
    "figures",
    "records",
    "curves",
    "landscapes",
    "models",
    "losses",
    "experiments",
    "choice",
    "picture",
    "showing",
    "notebook",
    "report",
    "animations",
    "__init__",
)

# files that may do what their room may not, and why
EXCEPTIONS = {
    ("records/rendering.py", "views"): "what a record draws, imported when called",
    ("records/rendering.py", "diagnosis"): "the same for what it explains",
    ("records/rendering.py", "playground"): "the same for what a notebook plays",
    ("solvers/watching.py", "playground"): "the page on which a descent is watched, the same",
    ("views/experiments/sweep.py", "views.choice"): "the other pictures of a sweep, the same",
    ("__init__.py", "*"): "the public names, imported lazily",
}

# package: the places that may import it
HOMES = {
    "numba": ["kernels/"],
    "llvmlite": ["kernels/prefetch.py"],
    "matplotlib": ["views/"],
    "mpl_toolkits": ["views/"],
    "PIL": ["views/"],
    "pyarrow": ["data/", "records/frames.py"],
    "openpyxl": ["data/sheets.py"],
    "autograd": [],  # only the tests compare with it
    "jax": ["objectives/functions/jax_function.py"],
    "torch": ["objectives/functions/torch_function.py", "objectives/risks/torch_module.py"],
    "sympy": ["objectives/"],
    "typer": ["cli/"],
    "click": ["cli/"],
    "starlette": ["playground/"],
    "uvicorn": ["playground/"],
    "anywidget": ["playground/widgets.py"],
    "traitlets": ["playground/widgets.py"],
    "IPython": ["playground/notebooks.py"],
    "rich": ["cli/", "solvers/progress.py"],
}


def place(file):
    return file.relative_to(SOURCE).as_posix()


def room(path):
    return path.split("/")[0].removesuffix(".py")


@functools.cache
def imports(file):
    """Return every module that a file imports, and when: if "loaded", "called", or only "typed"."""
    return tuple(each_import(file))


def each_import(file):
    tree = ast.parse(file.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    when_called = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        called = "called" if id(node) in when_called else "loaded"
        when = "typed" if id(node) in typing_only else called
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, when
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{place(file)}: imports are absolute"
            if node.module == "descend":
                for alias in node.names:
                    yield f"descend.{alias.name}", when
            else:
                yield node.module, when


def test_there_is_something_to_read():
    assert len(FILES) > 40
    assert {room(place(file)) for file in FILES} - {"__init__"} == set(MAY_IMPORT)
    assert dict(imports(SOURCE / "records/rendering.py"))["descend.diagnosis"] == "called"
    found = dict(imports(SOURCE / "records/descent.py"))
    assert found["descend.support.files"] == "loaded"
    assert found["descend.protocols"] == "typed"


def room_of(module):
    """Return the room of one of our modules, or of a public name."""
    there = module.split(".")[1] if "." in module else "__init__"
    if (SOURCE / there).is_dir() or (SOURCE / f"{there}.py").exists():
        return there
    assert there in descend.__all__, f"there is no {module}"
    return descend._HOMES.get(there, "descend.__init__").split(".")[1]


def imported_above(file):
    """Return what a file imports though it is not below it."""
    here = place(file)
    if (here, "*") in EXCEPTIONS:
        return []
    assert room(here) in MAY_IMPORT, f"{here}: say in this table whom it may import"
    allowed = {room(here), *MAY_IMPORT[room(here)], "__init__"}
    ours = [module for module, _ in imports(file) if module.split(".")[0] == "descend"]
    return [
        f"{here} imports {module}"
        for module in ours
        if room_of(module) not in allowed and (here, room_of(module)) not in EXCEPTIONS
    ]


# files are read in one test, not in one each: there are hundreds, and each takes a millisecond


def test_rooms_import_only_what_is_below_them():
    assert [told for file in FILES for told in imported_above(file)] == []


def test_rooms_of_views_import_only_those_before_them():
    for file in VIEW_FILES:
        here = place(file)
        own = room(here.removeprefix("views/"))
        for module, _ in imports(file):
            if module.startswith("descend.views."):
                there = module.split(".")[2]
                allowed = VIEWS[: VIEWS.index(own) + 1]
                excepted = (here, f"views.{there}") in EXCEPTIONS
                assert there in allowed or excepted, f"{here} imports {module}"


def test_no_module_of_views_replaces_a_function_of_it():
    names = {path.stem for path in (SOURCE / "views").iterdir()} - {"__init__"}
    assert not names & set(descend.views.__all__)


def test_each_package_is_imported_at_its_home_alone():
    elsewhere = [
        f"{place(file)} imports {module}"
        for file in FILES
        for module, when in imports(file)
        if when != "typed"
        and not place(file).startswith(tuple(HOMES.get(module.split(".")[0], [""])))
    ]
    assert elsewhere == []


def test_the_exceptions_are_needed():
    for here, there in EXCEPTIONS:
        found = {(m, when) for m, when in imports(SOURCE / here) if m.startswith("descend")}
        if there == "*":
            assert found
            assert {when for _, when in found} == {"typed"}
        else:
            assert (f"descend.{there}", "called") in found
            assert (f"descend.{there}", "loaded") not in found


def test_kernels_name_no_optimizer_and_no_loss():
    """Kernels know what can be asked, not whom they ask."""
    names = {
        "SGD",
        "Momentum",
        "Adam",
        "SquaredError",
        "LogLoss",
        "CrossEntropy",
        "L2",
        "NoPenalty",
    }
    for file in FILES:
        if room(place(file)) == "kernels":
            tree = ast.parse(file.read_text(encoding="utf-8"))
            used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            used |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
            assert not used & names, place(file)


HEAVY = [
    "scipy", "numba", "sklearn", "sympy", "matplotlib", "pyarrow", "autograd", "pandas", "torch",
    "jax", "PIL", "starlette", "uvicorn",
]  # fmt: skip


def loaded_by(statement):
    """Return the packages that a fresh process has loaded after a statement."""
    # the switch that conftest.py sets makes SciPy look for the packages of other array types
    environment = {name: to for name, to in os.environ.items() if name != "SCIPY_ARRAY_API"}
    program = f"{statement}; import sys; print(*{{name.partition('.')[0] for name in sys.modules}})"
    ran = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    return set(ran.stdout.split())


@pytest.mark.parametrize(
    ("statement", "refused"),
    [
        ("import descend", [*HEAVY, "rich", "typer", "threadpoolctl"]),
        ("import descend; dir(descend)", [*HEAVY, "rich", "typer"]),
        ("import descend.cli", HEAVY),
        ("from descend import optimizers, losses, penalties, rates, landmarks", HEAVY),
        ("from descend import minimize", ["numba", "sklearn", "matplotlib", "pyarrow", "pandas"]),
        ("from descend import DescentRegressor", ["numba", "sympy", "matplotlib"]),
    ],
)
def test_imports_load_no_more_than_they_need(statement, refused):
    assert not loaded_by(statement) & set(refused)


def test_reading_a_table_of_every_kind_of_column_does_not_load_pandas(tmp_path):
    file = tmp_path / "table.csv"
    rows = [
        "when,price,code,colour,share,clock,compact,taken,since",
        *(
            f"{day:02}/03/2024,$ {day}.50,0{day},{'red' if day % 2 else 'blue'},{day} %,{day}:30,"
            f"202403{day:02},{'yes' if day % 3 else 'no'},{day} Mar 2024"
            for day in range(10, 24)
        ),
        '24/03/2024,"(1,200.50)",024,n/a,-,1:30,20240324,yes,24 Mar 2024',
    ]
    file.write_text("\n".join(rows), encoding="utf-8")
    assert "pandas" not in loaded_by(
        f"from descend.data.files import read_table; table = read_table({str(file)!r})"
    )


def test_import_descend_loads_numpy_at_most():
    allowed = set(sys.stdlib_module_names) | {"descend", "numpy", "__main__"}
    beside = loaded_by("import numpy")
    assert loaded_by("import descend") - allowed - beside == set()


def test_every_public_name_is_there():
    for name in descend.__all__:
        assert getattr(descend, name) is not None
    assert set(descend.__all__) <= set(dir(descend))
    with pytest.raises(AttributeError, match="no attribute 'minimise'"):
        descend.minimise  # noqa: B018
