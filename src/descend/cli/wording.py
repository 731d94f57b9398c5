"""What the library says of its arguments, in the words of the command line."""

import re

OPTIONS = {
    "alpha": "--alpha",
    "batch_size": "--batch-size",
    "date_format": "--date-format",
    "decimal": "--decimal",
    "drop": "--drop",
    "drop_missing_target": "--drop-missing-target",
    "learning_rate": "--learning-rate",
    "loss": "--loss",
    "max_iter": "--epochs",
    "optimizer": "--optimizer",
    "overwrite": "--overwrite",
    "penalty": "--penalty",
    "random_state": "--seed",
    "task": "--task",
    "test_size": "--test-size",
    "use": "--use",
}
"""Arguments of the library and the options that stand for them."""

ARGUMENT = re.compile(
    rf"(?<![\w'])({'|'.join(sorted(OPTIONS, key=len, reverse=True))})="
    r"""(?:True|"([^"]*)"|'([^']*)'|(?=[-\d\s,.;:)]|$))"""
)
"""An argument with a word in quotes, a number, or nothing; the name of a column is in quotes."""


def as_options(text: str) -> str:
    """Return a text with options in place of arguments.

    >>> as_options('try task="classification", or test_size=0.5; max_iter= allows more')
    'try --task classification, or --test-size 0.5; --epochs allows more'
    >>> as_options("Column 'task=new' is left out: drop_missing_target=True keeps it")
    "Column 'task=new' is left out: --drop-missing-target keeps it"
    """
    return ARGUMENT.sub(_option, text)


def _option(found: re.Match[str]) -> str:
    """Return the option for an argument."""
    option = OPTIONS[found[1]]
    if found[2]:
        return f"{option} {found[2]}"
    if found[3] is not None:  # what was given is shown in quotes, as elsewhere
        return f"{option} {found[3]!r}"
    after = found.string[found.end() : found.end() + 1]
    return f"{option} " if after.isdigit() or after == "-" else option
