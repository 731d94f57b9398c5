"""How the site is built: `sphinx-build -W --keep-going docs build/site`."""

import re
import sys
from pathlib import Path

INITIAL = re.compile(r"^(\s*[A-Z])\. ")

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "extensions"))

import descend  # noqa: E402

project = "descend"
release = descend.__version__
copyright = "the authors of descend"

extensions = [
    "sphinx.ext.autodoc",
    "numpydoc",
    "myst_parser",
    "sphinx_gallery.gen_gallery",
]
# what is set apart in docstrings and lessons is code
default_role = "code"
templates_path: list[str] = []
exclude_patterns = ["extensions", "lessons/index.rst", "lessons/sg_execution_times.rst"]

autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "pydata_sphinx_theme"
html_title = "descend"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_copy_source = False
# pages with none below them need no list of those
html_sidebars = {
    page: []
    for page in (
        *("getting_started", "functions", "data", "comparison"),
        *("headline", "benchmarks", "architecture"),
    )
}
html_theme_options = {
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "footer_start": [],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
}
html_context = {"default_mode": "auto"}


sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "lessons",
    "filename_pattern": "plot_",
    "ignore_pattern": r"__init__\.py",
    "within_subsection_order": "public_names.place_in_course",
    "image_scrapers": ("inline_figures.scrape",),
    "capture_repr": ("_repr_html_",),
    "download_all_examples": False,
    "show_memory": False,
    "show_signature": False,
    "min_reported_time": 1e9,
    "write_computation_times": False,
    "abort_on_example_error": False,
    "only_warn_on_example_error": False,
    "default_thumb_file": None,
    "inspect_global_variables": False,
}


def _write_pages(app: object) -> None:
    from catalogue import write_catalogue
    from public_names import write_course, write_reference

    write_catalogue(HERE / "generated")
    write_reference(HERE / "generated" / "reference")
    write_course(HERE / "course.rst")


def _keep_initials(app: object, what: str, name: str, obj: object, options: object, lines: list):
    """Keep a name such as "D. P. Kingma" from becoming item D of a list."""
    lines[:] = [INITIAL.sub(r"\1\\. ", line) for line in lines]


def setup(app) -> None:
    """Write the generated pages before any is read."""
    app.connect("builder-inited", _write_pages, priority=100)
    # after numpydoc
    app.connect("autodoc-process-docstring", _keep_initials, priority=900)
