"""Whatever is wrong with the input: one line that says so, exit status 2, nothing left behind."""

import sys
import tempfile

import pytest

from descend.cli import main

NUMBERS = "x,y\n" + "".join(f"{row},{row * 1.5}\n" for row in range(40))
FILES = {
    "ok.csv": NUMBERS,
    "empty.csv": "",
    "blank.csv": "\n\n\n",
    "header.csv": "x,y\n",
    "one.csv": "x,y\n1,2\n",
    "class.csv": "x,y\n1,a\n2,a\n3,a\n",
    "constant.csv": "x,y\n" + "7,1.5\n7,2.5\n" * 20,
    "nan.csv": NUMBERS + "3,nan\n",
    "inf.csv": NUMBERS + "3,inf\n",
    "features.csv": "x,y\nnan,1\nnan,2\nnan,3\n",
    "minus.csv": NUMBERS + "-inf,3\n",
    "large.csv": NUMBERS + "1e400,3\n",
    "alone.csv": "y\n1\n2\n3\n",
    "twice.csv": NUMBERS.replace("x,y", "y,y"),
    "uneven.csv": NUMBERS + "1,2,3\n",
    "quote.csv": 'x,y\n"1,2\n3,4\n',
    "bytes.csv": bytes(range(256)) * 20,
    "bad.parquet": "hello",
    "model.json": "{}",
}


@pytest.fixture
def refused(monkeypatch, capsys, tmp_path):
    """Return a function that runs a command, checks that it is refused, and returns why."""
    monkeypatch.chdir(tmp_path)
    for name, content in FILES.items():
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(data)
    (tmp_path / "folder").mkdir()

    def state():
        return {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")}

    def refused(*arguments):
        before = state()
        monkeypatch.setattr(sys, "argv", ["descend", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert (ended.value.code, out) == (2, "")
        assert err.startswith("descend: ")
        assert err.count("\n") == 1
        assert err.removesuffix("\n").isprintable()
        assert state() == before
        return err

    return refused


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("missing.csv", "there is no file 'missing.csv'"),
        ("", "the name of the data is empty"),
        ("folder", "is a folder"),
        ("empty.csv", "is empty"),
        ("blank.csv", "is empty"),
        ("header.csv", "has a header and no rows"),
        ("one.csv", "has 1 row: at least 2"),
        ("class.csv", "is 'a' in every row"),
        ("constant.csv", "Column 'x' is constant: left out."),
        ("features.csv", "Column 'x' has no value: left out."),
        ("alone.csv", "it has only the target"),
        ("nan.csv", "the target 'y' is missing in row 41"),
        ("inf.csv", "column 'y' is infinite in row 41"),
        ("minus.csv", "column 'x' is infinite in row 41"),
        ("large.csv", "column 'x' is infinite in row 41"),
        ("twice.csv", "several columns named 'y'"),
        ("uneven.csv", "row 41 (the header not counted) has 3 cells"),
        ("quote.csv", "cannot read 'quote.csv'"),
        ("bytes.csv", "cannot read 'bytes.csv'"),
        ("bad.parquet", "it holds text, and not what its name says"),
    ],
)
def test_tables(refused, file, why):
    assert why in refused("fit", file, "--target", "y", "--model", "new.json", "--report", "r.html")


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ("--target z", "has no column 'z'"),
        ("--target=", "has no column ''"),
        ("", "Missing option '--target'"),
        ("--target y --learning-rate abc", "'abc'"),
        ("--target y --learning-rate 0", "positive number"),
        ("--target y --learning-rate nan", "positive number"),
        ("--target y --learning-rate 0.1", "need a named optimizer"),
        ("--target y --optimizer foo", "no optimizer 'foo'"),
        ("--target y --epochs -1", "--epochs"),
        ("--target y --epochs x", "--epochs"),
        ("--target y --batch-size 0", "--batch-size must be"),
        ("--target y --batch-size 1.5", "--batch-size must be"),
        ("--target y --alpha x", "--alpha"),
        ("--target y --alpha inf", "alpha=inf"),
        ("--target y --alpha nan", "--alpha"),
        ("--target y --alpha -1", "--alpha"),
        ("--target y --test-size 2", "--test-size"),
        ("--target y --test-size nan", "--test-size"),
        ("--target y --seed -1", "--seed"),
        ("--target y --task clustering", "--task"),
        ("--target y --task classification", "40 different values in 40 rows"),
        ("--target y --loss foo", "'foo' is no loss"),
        ("--target y --penalty l3", "--penalty"),
        ("--target y --drop z", "has no column 'z': it has 'x' and 'y'"),
        ("--target y --drop y", "--drop names the target 'y'"),
        ("--target y --drop x", "it has only the target"),
        ("--target y more", "extra argument"),
        ("--target y --report no/r.html", "the folder 'no' does not exist"),
        ("--target y --report r.pdf", "must end in .html"),
        ("--target y --report folder", "it is a folder"),
        ("--target y --report=", "is empty"),
        ("--target y --model no/m.json", "the folder 'no' does not exist"),
        ("--target y --model folder", "it is a folder"),
        ("--target y --model ok.csv", "used twice"),
        ("--target y --model a.html --report a.html", "used twice"),
    ],
)
def test_options_of_fit(refused, options, why):
    assert why in refused("fit", "ok.csv", *options.split())


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ("predict no.json ok.csv", "there is no model file"),
        ("predict folder ok.csv", "directory"),
        ("predict model.json ok.csv", "is no model of descend"),
        ("predict ok.csv ok.csv", "is no model of descend"),
        ("predict", "Missing argument 'MODEL'"),
        ("predict model.json", "Missing argument 'DATA'"),
        ("minimize", "Missing argument 'FORMULA'"),
        ("minimize x y", "extra argument"),
        ("minimise x", "Did you mean 'minimize'"),
    ],
)
def test_arguments(refused, arguments, why):
    assert why in refused(*arguments.split())


@pytest.mark.parametrize(
    ("formula", "why"),
    [
        ("", "is empty"),
        ("  ", "is empty"),
        ("foo + x", "unknown name 'foo'"),
        ("rosenbrok", "did you mean rosenbrock?"),
        ("print(x)", "unknown function 'print'"),
        ("x.__class__", "attributes"),
        ("'a' + x", "text in quotes"),
        ("__import__('os')", "not part of formulas"),
        ("x()", "'x' is not a function"),
        ("sin", "needs its argument"),
        ("sin(x, y)", "takes 1 argument"),
        ("lambda: x", "no functions to define"),
        ("x if x else y", "a word of Python"),
        ("[x]", "square brackets"),
        ("x < 1", "a comparison"),
        ("x = 1", "there is no ="),
        ("x\n;y", "not part of formulas"),
        ("x**", "ends too early at column 4"),
        ("x//2", "floor division"),
        ("0x1F + x", "write 0*x1F for a product"),
        ("\N{GRINNING FACE}", "not part of formulas"),
        ("1 + 2", "has no variable"),
        ("1/0 + x", "division by zero"),
        ("log(-1) + x", "not a real number"),
        ("1e999*x", "overflows"),
        ("9**9**9**9 + x", "overflows"),
        ("(x**2 + 2)**10**10", "overflows; give start="),
        ("x" * 10_000, "at most 1,000"),
        ("x+" * 5_000 + "x", "at most 1,000"),
        ("(" * 300 + "x" + ")" * 300, "more than 60 levels"),
        ("-" * 2 + "x", "No such option"),
        ("-(" * 61 + "x" + ")" * 61, "more than 60 levels"),
        ("-x + foo", "column 6: unknown name 'foo'"),
        ("sqrt(-1 - x**2)", "is not a number; give start="),
    ],
)
def test_formulas(refused, formula, why):
    assert why in refused("minimize", formula, "--plot", "p.png")


@pytest.mark.parametrize(
    ("formula", "options", "why"),
    [
        ("log(x)", "--start x=-1", "log(x) of -1 is not a number; start inside"),
        ("sqrt(x)", "--start x=0", "derivative by x is infinite; start inside"),
        ("log(-x**2)", "--starts 5", "none of 5 random starts lie inside the function's domain"),
        ("x**2", "--start x=1e200", "overflows; start inside"),
        ("x", "--start x=1,y=2", "the start names y: the variable is x"),
        ("x + y", "--start x=1", "the start lacks y"),
        ("rosenbrock", "--start a=1,b=2", "the start lacks x, y and names a, b"),
        ("x", "--start=", "as x=1,y=2"),
        ("x", "--start 1,2", "as x=1,y=2"),
        ("x", "--start x=", "give x a finite number"),
        ("x", "--start x=inf", "give x a finite number"),
        ("x", "--start x=1=2", "give x a finite number"),
        ("x", "--start x=1,x=2", "twice"),
        ("x", "--start x=1 --starts 3", "exclude each other"),
        ("x", "--starts 0", "--starts"),
        ("x", "--starts -3", "--starts"),
        ("x", "--starts 1.5", "--starts"),
        ("x", "--steps -1", "--steps"),
        ("x", "--steps x", "--steps"),
        ("x", "--learning-rate abc", "'abc'"),
        ("x", "--learning-rate -1", "not '-1'"),
        ("x", "--learning-rate 0", "positive number"),
        ("x", "--learning-rate inf", "positive number"),
        ("x", "--optimizer foo", "no optimizer 'foo'"),
        ("x", "--seed -1", "--seed"),
        ("x", "--window 1", "lower first"),
        ("x", "--bounds x=3", "two ends, as x=0:5, or one"),
        ("x", "--bounds x=:", "not 'x=:'"),
        ("x", "--bounds 0:1", "not '0:1'"),
        ("x", "--bounds x=0:1,", "not ''"),
        ("x", "--bounds x=a:1", "give x finite numbers, as x=0:5: not 'a'"),
        ("x", "--bounds x=0:1,x=0:2", "gives x twice"),
        ("x", "--bounds y=0:1", "there are bounds for 'y'"),
        ("x", "--bounds x=2:1", "the bounds of x are 2 and 1"),
        ("x", "--start y=1", "the start lacks x and names y: the variable is x"),
        ("x+y", "--start 1", "the start has 1 coordinate, but the objective has 2: x, y"),
        ("x", "--window a,b", "lower first"),
        ("x", "--window 2,1", "lower first"),
        ("x", "--window -inf,inf", "not '-inf,inf'"),
        ("x", "--window -1e308,1e308", "narrower than 1e308"),
        ("x", "--bogus", "No such option"),
        ("x", "--plot no/p.png", "the folder 'no' does not exist"),
        ("x", "--plot p.foo", "must end in .png"),
        ("x", "--plot p", "must end in .png"),
        ("x", "--plot=", "is empty"),
        ("x", "--plot folder", "it is a folder"),
        ("x", "--plot .png", "must end in .png"),
        ("x", "--animate no/a.gif", "the folder 'no' does not exist"),
        ("x", "--animate a.foo", "must end in .gif, .mp4 or .html"),
        ("x", "--animate a", "must end in .gif, .mp4 or .html"),
        ("x", "--animate=", "is empty"),
        ("x", "--animate folder", "it is a folder"),
        ("x", "--plot a.png --animate a.png", "used twice"),
    ],
)
def test_options_of_minimize(refused, formula, options, why):
    for command in ("minimize", "maximize"):
        assert why in refused(command, formula, *options.split())


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ("fit ok.csv --target y --optimizer adm", "Did you mean 'adam'?"),
        ("fit ok.csv --target y --optimizer=", "no optimizer ''"),
        ("fit ok.csv --target y --optimizer sgd --learning-rate cosin:1", "did you mean 'cosine'?"),
        ("fit ok.csv --target y --optimizer sgd --learning-rate cosine:1,foo=2", "no 'foo' here"),
        ("fit ok.csv --target y --optimizer sgd --batch-size ful", "must be auto, full or"),
        ("fit ok.csv --target y --penalty L2", "'L2' is not one of"),
        ("fit ok.csv --target y --loss hinge --task regression", "no loss of a regression"),
        ("minimize x^2 --optimizer svrg", "a slope for each row of data"),
        ("minimize x^2 --learning-rate steps", "did you mean 'step'?"),
        ("race x^2 --optimizers adam,", "no optimizer ''"),
        ("race x^2 --optimizers adam,saga", "a slope for each row of data"),
        ("race x^2 --learning-rate cosine:0.1", "must be recommended, tuned or a positive number"),
        ("race x^2 --start x=a", "give x a finite number"),
        ("race x^2 --steps x", "--steps"),
        ("race iris --target species", "has no column 'species'"),
        ("rate x^2 --optimizer adm", "Did you mean 'adam'?"),
        ("rate x^2 --optimizer saga", "a slope for each row of data"),
        ("rate x^2 --steps 3", "--steps"),
        ("rate iris --target species", "has no column 'species'"),
        ("rate x^2 --learning-rate 0.1", "No such option"),
        ("derive x^2 --by=", "'' cannot name a variable"),
        ("derive x^2 --by x,x", "must differ"),
        ("derive rosenbrok", "did you mean rosenbrock?"),
        ("derive x^2 --laetx", "No such option"),
    ],
)
def test_unknown_words(refused, arguments, why):
    assert why in refused(*arguments.split())


@pytest.mark.parametrize(
    "command",
    [
        ["minimize", "x^2", "--plot", "p.png"],
        ["minimize", "x^2", "--animate", "p.gif"],
        ["fit", "ok.csv", "--target", "y", "--model", "m.json"],
        ["fit", "ok.csv", "--target", "y", "--report", "r.html"],
    ],
)
def test_what_cannot_be_written_is_refused_before_the_work(refused, monkeypatch, command):
    def protected(*_, **__):
        raise PermissionError(13, "Permission denied")

    def work(*_, **__):
        raise AssertionError("the work was begun")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", protected)
    monkeypatch.setattr("descend.minimize", work)
    monkeypatch.setattr("descend.tables.sources.read_table", work)
    assert f"cannot write '{command[-1]}': Permission denied" in refused(*command)
