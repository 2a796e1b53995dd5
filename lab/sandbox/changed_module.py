"""A module that is loaded from a text instead of its file: one line changed, say, and nothing written anywhere."""

import sys
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from typing import Any


class ChangedModule(SourceFileLoader):
    """Loads one module from a text; put into ``sys.meta_path``, it finds that module and no other."""

    def __init__(self, name: str, path: Path, text: str) -> None:
        super().__init__(name, str(path))
        self.text = text

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """Part of the protocol of ``sys.meta_path``."""
        return spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, fullname: str) -> Any:
        """The text's code; no bytecode is read or written."""
        return compile(self.text, self.path, "exec", dont_inherit=True)


def forget_package(package: str) -> None:
    """Drop a package's modules, so that they are imported anew."""
    for name in [name for name in sys.modules if f"{name}.".startswith(f"{package}.")]:
        del sys.modules[name]
