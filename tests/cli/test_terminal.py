"""What is printed is what is meant: no markup, no commands to the terminal, no broken tables."""

import pytest

from descend.cli.terminal import terminal


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("[bold]x[/bold]", "[bold]x[/bold]"),
        ("new\nline\tand more", "new line and more"),
        ("\x1b[31mred\x07", "\ufffd[31mred\ufffd"),
        ("价格 größe", "价格 größe"),
        ("$x_1$ <b>&amp;", "$x_1$ <b>&amp;"),
        ("", ""),
    ],
)
def test_names_are_shown_as_they_are_on_one_line(capsys, name, shown):
    with terminal() as screen:
        screen.figures([("task", name)], 8)
        screen.table(["column", name], [[name, "1"], ["b", "2"]])
        screen.say(name)
        assert capsys.readouterr().out == ""
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 8
    assert lines[0] == f"task    {shown}"
    assert lines[-1] == shown
    assert [cell.strip() for cell in lines[2].split("|")[1:-1]] == ["column", shown]
    assert [cell.strip() for cell in lines[4].split("|")[1:-1]] == [shown, "1"]


def test_words_stand_to_the_left_and_numbers_to_the_right(capsys):
    with terminal() as screen:
        screen.table(["word", "number"], [["a", "1"]])
        screen.table(["number", "another"], [["1", "2"]], n_words=0)
    rows = [line for line in capsys.readouterr().out.splitlines() if "1" in line]
    assert rows == ["| a    |      1 |", "|      1 |       2 |"]
