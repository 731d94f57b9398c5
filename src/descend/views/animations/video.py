"""Frames written as a GIF or an MP4."""

import subprocess
from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from pathlib import Path

import numpy as np
from PIL import Image, ImageColor

from descend.views.animations.canvas import Frame

HOLD = 1.0
"""How long the last frame stays, in seconds."""


def write_video(
    path: Path,
    frames: Iterator[Frame],
    count: int,
    last: Frame,
    seconds: float,
    colours: Sequence[str] = (),
) -> None:
    """Write `count` frames in so many seconds; `last`, with all colours, stays one second more.

    These `colours` have places of their own among the few that a GIF can hold.
    """
    if path.suffix.lower() == ".gif":
        _write_gif(path, frames, count, seconds, _palette_of(last, colours))
    else:
        _write_mp4(path, frames, count, seconds)


def _write_gif(
    path: Path, frames: Iterator[Frame], count: int, seconds: float, palette: Image.Image
) -> None:
    # One palette for all frames: pixels that do not change stay the very same, and cost no bytes.
    # One of the 256 places is for the transparency that stands for them.
    images = (
        Image.fromarray(frame).quantize(palette=palette, dither=Image.Dither.NONE)
        for frame in frames
    )
    # GIF counts hundredths of a second; rounding the clock, not each frame, keeps the length.
    clock = np.round(np.linspace(0, 100 * seconds, count + 1)).astype(int)
    durations = [max(10 * int(d), 20) for d in np.diff(clock)]
    durations[-1] += int(1000 * HOLD)
    first = next(images)
    with path.open("wb") as stream:  # of one that it opens Pillow loses track if a frame fails
        first.save(
            stream, save_all=True, append_images=images, duration=durations, loop=0, format="GIF"
        )


def _palette_of(picture: Frame, kept: Sequence[str]) -> Image.Image:
    """Return an image whose palette has 255 colours: those kept, and others of the picture.

    Its white is white.
    """
    image = Image.fromarray(picture).quantize(
        255 - len(kept), Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
    )
    colours = np.array(image.getpalette(), dtype=np.uint8).reshape(-1, 3)[: 255 - len(kept)]
    colours[(colours >= 248).all(axis=1)] = 255
    exact = np.array([ImageColor.getrgb(colour) for colour in kept], dtype=np.uint8)
    image.putpalette(np.concatenate([colours, exact.reshape(-1, 3)]).tobytes())
    return image


def _write_mp4(path: Path, frames: Iterator[Frame], count: int, seconds: float) -> None:
    rate = count / seconds
    first = next(frames)
    # The most common pixel format of video wants even sides.
    height, width = (side - side % 2 for side in first.shape[:2])
    command = ["ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24"]
    command += ["-s", f"{width}x{height}", "-r", f"{rate:.6f}", "-i", "-", "-an"]
    command += ["-pix_fmt", "yuv420p", "-movflags", "+faststart", "-f", "mp4", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as ffmpeg:
        assert ffmpeg.stdin is not None
        assert ffmpeg.stderr is not None
        try:
            shown = first
            for shown in chain([first], frames):
                ffmpeg.stdin.write(shown[:height, :width].tobytes())
            for held in repeat(shown, max(1, round(rate * HOLD))):
                ffmpeg.stdin.write(held[:height, :width].tobytes())
            ffmpeg.stdin.close()
        except BrokenPipeError:
            pass
        complaint = ffmpeg.stderr.read().decode(errors="replace").strip().splitlines()
        if ffmpeg.wait() != 0:
            reason = complaint[-1] if complaint else f"exit status {ffmpeg.returncode}"
            raise ValueError(f"ffmpeg could not write {path.suffix[1:].upper()}: {reason}")
