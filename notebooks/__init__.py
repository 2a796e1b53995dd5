"""The notebooks, and the one tool that builds them: sources in `_src/`, executed results beside this file."""
