"""Run the command line with `python -m descend`."""

from descend.cli import main

if __name__ == "__main__":
    main()
