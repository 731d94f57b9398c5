"""The lessons, which are scripts: found, run, and written as pages that need no network."""

from descend.gallery.course import COURSE, Part
from descend.gallery.lesson import Lesson, chosen, lessons, parts
from descend.gallery.site import write_gallery

__all__ = ["COURSE", "Lesson", "Part", "chosen", "lessons", "parts", "write_gallery"]
