"""The picture and the film of the README: `python docs/extensions/write_images.py`."""

from pathlib import Path

import descend

IMAGES = Path(__file__).parents[1] / "images"


def write_images(folder: Path) -> None:
    """Write the picture of fifty starts on hills, and the film of four optimizers on a surface."""
    hills = descend.minimize(
        "sin(x)*sin(y)", starts=50, seed=0, optimizer="sgd", learning_rate=0.2, steps=200
    )
    # as wide as a page shows it, and small
    hills.plot(view="side_by_side").savefig(folder / "hills.png", dpi=80)
    few = descend.minimize(
        "himmelblau", starts=6, seed=3, optimizer="momentum", learning_rate=0.002, steps=120
    )
    few.animate(folder / "himmelblau.gif", seconds=5, frames_per_second=10)


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    write_images(IMAGES)
