"""Modules that say by themselves in which version they are."""

import ast

from lab.changes.patch_blocks import Tree

NAME = "VERSION"


def read_version(text: str) -> object:
    """What a module assigns to ``VERSION``; None if it does not."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == [NAME]:
            return ast.literal_eval(node.value)
    return None


def find_versioned(tree: Tree) -> dict[str, str]:
    """The modules that have a version, by file, with their text."""
    return {file: text for file, text in tree.items() if file.endswith(".py") and read_version(text) is not None}
