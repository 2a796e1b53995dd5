"""Sphinx's settings for all decks; publish/slides/build_decks.py brings what depends on language and results."""

import json
import os
from pathlib import Path

project = "ML System Patterns, Measured"
author = "The authors of ML System Patterns, Measured"
extensions = ["myst_parser", "sphinx_revealjs"]
root_doc = "index"
include_patterns = ["*.md"]
exclude_patterns = ["code"]
myst_enable_extensions = ["substitution", "attrs_inline", "attrs_block"]
gettext_compact = "slides"
gettext_location = False
gettext_uuid = False
highlight_language = "python"
html_show_sphinx = False
html_copy_source = False

revealjs_use_section_ids = True
revealjs_html_theme = "revealjs-simple"
revealjs_style_theme = "white"
revealjs_css_files = ["systems.css", "house.css"]
revealjs_script_files = ["fit.js"]
revealjs_script_conf = {
    "width": 1280,
    "height": 720,
    "margin": 0.03,
    "hash": True,
    "slideNumber": "c/t",
    "transition": "none",
    "center": False,
    "controls": True,
}
revealjs_script_plugins = [
    {"name": "RevealNotes", "src": "revealjs/plugin/notes/notes.js"},
    {"name": "RevealHighlight", "src": "revealjs/plugin/highlight/highlight.js"},
]

globals().update(json.loads(Path(os.environ["DECKS"], "settings.json").read_text()))
