"""`descend gallery`."""

import sys

import pytest

from descend.cli import main


def ran(capsys, monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["descend", "gallery", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    output = capsys.readouterr()
    return ended.value.code, output.out, output.err


def test_one_lesson(capsys, monkeypatch, tmp_path):
    out = tmp_path / "site"
    code, said, _ = ran(capsys, monkeypatch, "--out", str(out), "--lesson", "parabola")
    assert code == 0
    assert said.splitlines() == ["parabola: 2 pictures, 1 film", f"open {out / 'index.html'}"]
    assert (out / "parabola-film-1.html").is_file()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--lesson", "parabla"], "there is no lesson 'parabla': did you mean 'parabola'?"),
        (["--out", "{file}"], "it is a file, not a folder"),
        (["--out", "{full}"], "is not empty: index.html would be replaced; name a new folder, "
                              "or give --overwrite"),
    ],
)  # fmt: skip
def test_failures_are_one_line(capsys, monkeypatch, tmp_path, arguments, told):
    file, full = tmp_path / "file", tmp_path / "full"
    file.write_text("")
    full.mkdir()
    (full / "index.html").write_text("old")
    given = [argument.format(file=file, full=full) for argument in arguments]
    code, said, failed = ran(capsys, monkeypatch, *given)
    assert (code, said, failed.count("\n")) == (2, "", 1)
    assert told in failed
