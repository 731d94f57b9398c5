"""Animations: their length, their frames, and what is refused."""

import shutil
import time

import numpy as np
import pytest
from descents import BOWL, CUBE, HILL, ROSENBROCK, WELL, descended
from PIL import Image, ImageColor

import descend
from descend import DescentRegressor, views
from descend.views.animations.animation import animate
from descend.views.animations.artists import Landmarks, RunMarkers
from descend.views.animations.canvas import Canvas
from descend.views.animations.motion import Detail
from descend.views.animations.panels import panels_of
from descend.views.animations.plan import Plan, Wishes
from descend.views.figures.style import PATHS, new_figure
from descend.views.landscapes.heights import sample_landscape
from descend.views.landscapes.surfaces import draw_surface, on_surface
from descend.views.records.marks import STAR
from descend.views.records.trajectories import trajectories_of

STARTS = np.random.default_rng(0).uniform(-4, 4, (50, 2))
ROWS = np.random.default_rng(0).standard_normal((40, 3))
BY_BATCHES = DescentRegressor(optimizer="sgd", batch_size=8, max_iter=8, tol=0.0, random_state=0)
# made when they are asked for: most workers need few of them
ANIMATIONS = {
    "map": lambda: (descended(BOWL, [3.0, 3.0], 0.3), {}),
    "runs": lambda: (descended(HILL, STARTS), {}),
    "surface": lambda: (descended(HILL, STARTS[:3]), {"surface": True}),
    "curve": lambda: (descended(WELL, [1.9], 0.02, names=["w"]), {}),
    "curve, runs": lambda: (descended(WELL, STARTS[:20, :1] / 4, 0.02, names=["w"]), {}),
    "values": lambda: (descended(CUBE, [1, 2, 3], names="xyz"), {}),
    "projected": lambda: (descended(CUBE, [1, 2, 3], names="xyz"), {"surface": True}),
    "many runs": lambda: (descended(CUBE, np.ones((9, 3)), names="xyz"), {}),
    "no points": lambda: (descended(BOWL, [1.0, 1.0], record=False), {"title": "$"}),
    "diverged": lambda: (descended(BOWL, [[3.0, 3.0], [1.0, 1.0]], 0.45, 2000), {"surface": True}),
    "crowd": lambda: (descended(HILL, np.tile(STARTS, (6, 1)), steps=10), {}),
    "window": lambda: (
        descended(BOWL, [3.0, 3.0]),
        {"window": ((-1, 1), (-1, 1)), "surface": True},
    ),
    "batches": lambda: (BY_BATCHES.fit(ROWS, ROWS[:, 0]).descent_, {}),
    "no step": lambda: (descended(BOWL, [1.0, 1.0], steps=0), {}),
}


def frames_of(file):
    with Image.open(file) as image:
        durations, frames = [], []
        for index in range(image.n_frames):
            image.seek(index)
            durations.append(image.info["duration"])
            frames.append(np.asarray(image.convert("RGB")).astype(np.int16))
    return frames, durations


@pytest.mark.parametrize("made", ANIMATIONS.values(), ids=ANIMATIONS)
def test_an_animation_lasts_as_long_as_asked_and_a_second_more(made, tmp_path):
    descent, options = made()
    file = views.animate(descent, tmp_path / "film.gif", seconds=2, frames_per_second=8, **options)
    frames, durations = frames_of(file)
    assert file.read_bytes().startswith(b"GIF89a")
    assert len(frames) <= 16
    assert sum(durations) == 3000
    assert durations[-1] >= 1000
    if len(descent.values) > 1:
        assert np.abs(frames[0] - frames[-1]).max() > 100
        assert len(frames) >= 5


def test_a_short_run_has_a_frame_a_step_and_white_is_white(tmp_path):
    frames, _ = frames_of(views.animate(descended(BOWL, [3.0, 3.0], 0.1, 9), tmp_path / "a.gif"))
    assert len(frames) == 10
    assert all((frame[2, 2] == 255).all() for frame in frames)


def test_the_file_is_the_same_each_time(tmp_path):
    descent = descended(HILL, STARTS)
    first, second = (
        animate(descent, tmp_path / f"{name}.gif", seconds=1, frames_per_second=6).read_bytes()
        for name in "ab"
    )
    assert first == second


def test_permanent_artists_stay_and_passing_ones_go():
    figure = new_figure(4, 3)
    ax = figure.add_subplot()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    canvas = Canvas(figure)
    permanent = ax.plot([0, 1], [0.5, 0.5], color="red", linewidth=6)[0]
    passing = ax.plot([0.5, 0.5], [0.8, 0.9], color="blue", linewidth=6)[0]
    empty = canvas.frame([], [])
    peek = canvas.frame([permanent], [passing], keep=False)
    assert (canvas.frame([], []) == empty).all()
    assert (canvas.frame([permanent], [passing]) == peek).all()
    after = canvas.frame([], [])
    red, blue = np.array([255, 0, 0]), np.array([0, 0, 255])
    assert (peek == blue).all(axis=2).any()
    assert (after == red).all(axis=2).any()
    assert not (after == blue).all(axis=2).any()


def moving_of(descent, **wishes):
    trajectories = trajectories_of(descent)
    chosen = Wishes(2.0, 30.0, None, wishes.get("window"), wishes.get("surface", False))
    plan = Plan.of(descent, trajectories, chosen, 60)
    detail = Detail(np.arange(trajectories.n_runs), plan.instants, plan.frame_steps())
    drawn = []
    for panel in panels_of(plan):
        figure = new_figure(5, 4)
        ax = panel.draw(figure, figure.add_gridspec(1, 1)[0])
        drawn.append((ax, panel.motion(ax, detail)))
    return trajectories, drawn


@pytest.mark.parametrize("surface", [False, True])
def test_a_run_that_leaves_is_a_cross_where_it_was_last_seen_from_then_on(surface):
    descent = descended(BOWL, [[3.0, 3.0], [0.0, 3.0]], 0.45, 59)
    trajectories, drawn = moving_of(descent, window=((-4, 4), (-4, 4)), surface=surface)
    for ax, motion in drawn[:-1]:
        assert motion.ends.kinds.tolist() == ["cross", "end"]
        runs = RunMarkers(ax, trajectories, motion)
        left = motion.ends.last_seen[0]
        assert (np.abs(descent.points[left, 0]) < 4).all()
        assert np.abs(descent.points[left + 1, 0]).max() > 4
        before, after = [
            [np.isfinite(np.ma.filled(a.get_offsets(), np.nan)[0, 0]) for a in runs.passing(frame)]
            for frame in (left, left + 1)
        ]
        assert before == [True, False]
        assert after == [False, True]
        assert runs.passing(59)[1].get_offsets()[0] == pytest.approx(motion.places[left, 0])
        # its line ends there, too: the rest would cross the picture to and fro
        assert np.isnan(motion.places[left + 2 :, 0]).all()


@pytest.mark.parametrize("surface", [False, True])
@pytest.mark.parametrize("formula", ["himmelblau", "x^2 - y^2 + y^4/4"])
def test_films_show_the_minima_and_saddles_of_still_pictures(formula, surface, tmp_path):
    descent = descend.minimize(formula, [[1.0, 0.0], [1.0, 0.5]], steps=60, optimizer="auto")
    still = views.contours(descent).get_legend_handles_labels()[1]
    _, drawn = moving_of(descent, surface=surface)
    for ax, motion in drawn[:-1]:
        stars = Landmarks(ax, motion, maximised=False).passing(0)
        assert [a.get_label() for a in stars] == [n for n in still if n in ("minimum", "saddle")]
        assert all((a.get_offsets() > ax.dataLim.min - 9).all() for a in stars)
    file = views.animate(
        descent, tmp_path / "film.gif", seconds=1, frames_per_second=6, surface=surface
    )
    for frame in frames_of(file)[0]:
        away = np.abs(frame - ImageColor.getrgb(STAR)).max(axis=2)
        assert (away <= 2).sum() > 20
    page = views.animate(descent, surface=surface).page
    assert all(f"</svg>{name}" in page for name in still if name in ("minimum", "saddle"))


def test_a_path_of_many_variables_is_filmed_on_its_principal_components():
    starts = np.array([[1.0, 2.0, 3.0], [-2.0, 0.5, 1.0]])
    descent = descended(CUBE, starts, 0.1, 40, names="xyz")
    _, ((ax, motion), (beside, values)) = moving_of(descent)
    assert ax.get_xlabel().startswith("principal component 1: ")
    plane = descend.landscape(descent).on_plane.plane
    places = plane.coordinates(descent.points[np.linspace(0, 40, 41).astype(int)])
    np.testing.assert_allclose(motion.places[motion.rows], places)
    # beside it the values are the true ones
    assert beside.get_ylabel() == "value"
    np.testing.assert_allclose(values.places[values.rows][..., 1], descent.values)


def test_marks_on_a_surface_have_the_colours_of_their_runs(tmp_path):
    descent = descended(HILL, [[1.0, 0.3], [-1.0, -0.5]], 0.1, 40)
    file = views.animate(
        descent, tmp_path / "film.gif", seconds=1, frames_per_second=2, surface=True
    )
    first = frames_of(file)[0][0]
    # the surface is the left third, and only marks are of these colours in the first frame
    surface = first[60:-60, : first.shape[1] // 3]
    counts = [
        (np.abs(surface - ImageColor.getrgb(colour)).max(axis=2) < 12).sum() for colour in PATHS[:2]
    ]
    assert counts[0] == pytest.approx(counts[1], rel=0.5)
    assert min(counts) > 20


def test_a_maximum_is_called_one(tmp_path):
    descent = descended(HILL, [1.0, 1.0], -0.5, 40, maximised=True, status="converged")
    assert "</svg>maximum" in views.animate(descent).page


def test_what_a_hill_hides_is_not_drawn():
    figure = new_figure(5, 4)
    landscape = sample_landscape(HILL, ((-4, 4), (-4, 4)))
    ax = draw_surface(figure, figure.add_gridspec(1, 1)[0], landscape, ("x", "y"))
    figure.canvas.draw()
    ax.view_init(elev=10, azim=-90)
    top, behind, outside = [1.5, 1.6], [1.5, 3.6], [9.0, 0.0]
    points = np.array([[top, behind, outside]])
    places = on_surface(ax, landscape, points, HILL.value(points))
    assert np.isfinite(places[0, 0]).all()
    assert np.isnan(places[0, 1:]).all()


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("film.avi", {}, r"must end in \.gif, \.mp4 or \.html"),
        ("film", {}, r"must end in \.gif, \.mp4 or \.html"),
        ("film.gif", {"seconds": 0}, "more than 0 and at most 600 seconds"),
        ("film.gif", {"frames_per_second": np.nan}, "more than 0"),
        ("film.gif", {"window": (0, 1)}, "window must be"),
    ],
)
def test_bad_requests_leave_nothing_behind(name, options, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        views.animate(descended(BOWL, [1.0, 1.0]), tmp_path / name, **options)
    assert list(tmp_path.iterdir()) == []


def test_a_surface_needs_two_variables(tmp_path):
    with pytest.raises(ValueError, match="two variables, and here is one"):
        animate(descended(WELL, [1.0], 0.02, names=["w"]), tmp_path / "a.gif", surface=True)


def test_without_ffmpeg_mp4_is_refused_at_once(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        ValueError, match=r"ffmpeg is not installed; names that end in \.html or \.gif"
    ):
        animate(descended(BOWL, [1.0, 1.0]), tmp_path / "film.mp4")


@pytest.mark.parametrize("ending", [".gif", ".html"])
def test_an_interrupted_animation_leaves_the_older_file(ending, tmp_path, monkeypatch):
    older = tmp_path / f"film{ending}"
    older.write_bytes(b"older")

    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(Canvas, "frame", interrupted)
    monkeypatch.setattr("descend.views.animations.player.page.backdrop", interrupted)
    with pytest.raises(KeyboardInterrupt):
        animate(descended(BOWL, [1.0, 1.0]), older)
    assert older.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [older]


@pytest.mark.parametrize("ending", [".gif", ".html"])
@pytest.mark.parametrize(
    ("place", "error", "message"),
    [
        ("nowhere/film", FileNotFoundError, "folder '.*nowhere' does not exist"),
        ("taken/film", FileNotFoundError, "folder '.*taken' does not exist"),
        ("folder", IsADirectoryError, "it is a folder"),
    ],
)
def test_what_cannot_be_written_is_said_before_anything_is_drawn(
    place, error, message, ending, tmp_path, monkeypatch
):
    (tmp_path / "taken").write_text("a file")
    (tmp_path / f"folder{ending}").mkdir()
    monkeypatch.setattr("descend.views.animations.animation.Plan", None)
    with pytest.raises(error, match=message):
        animate(descended(BOWL, [1.0, 1.0]), f"{tmp_path / place}{ending}")


@pytest.mark.parametrize("ending", [".gif", ".html"])
@pytest.mark.parametrize(
    ("descent", "message"),
    [
        (descended(CUBE, np.ones((9, 3)), names="xyz"), "in one or two variables, and here are 3"),
        (descended(BOWL, [1.0, 1.0], record=False), 'run it again with record="all"'),
        (descended(BOWL, [1.0, 1.0], objective=None), "does not know its function"),
    ],
)
@pytest.mark.parametrize("wish", [{"surface": True}, {"window": ((0, 1), (0, 1))}])
def test_a_path_that_cannot_be_shown_is_refused_with_what_to_do(
    descent, message, wish, ending, tmp_path
):
    with pytest.raises(ValueError, match=message):
        animate(descent, tmp_path / f"film{ending}", **wish)
    assert list(tmp_path.iterdir()) == []
    if "window" in wish:
        with pytest.raises(ValueError, match=message):
            views.plot(descent, **wish)


def test_fifty_runs_of_a_thousand_steps_are_quick_and_small(tmp_path):
    descent = descended(HILL, STARTS, 0.02, 1000)
    started = time.perf_counter()
    file = animate(descent, tmp_path / "film.gif")
    # The goal is 10 s on two cores; here, a busy machine is allowed some more.
    assert time.perf_counter() - started < 30
    assert file.stat().st_size < 3_000_000
    with Image.open(file) as image:
        assert image.n_frames <= 120


@pytest.mark.thorough
def test_mp4_has_the_right_length(tmp_path):
    assert shutil.which("ffmpeg") is not None
    import subprocess

    descent = descended(ROSENBROCK, [-1.2, 1.0], 0.001, 300)
    file = animate(descent, tmp_path / "film.mp4", seconds=2, frames_per_second=10)
    assert file.read_bytes()[4:8] == b"ftyp"
    probe = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0"]
    told = subprocess.run([*probe, str(file)], capture_output=True, text=True, check=True)
    assert float(told.stdout) == pytest.approx(3.0, abs=0.15)
