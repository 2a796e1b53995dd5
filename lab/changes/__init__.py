"""Patches to the systems: cures now, change requests later."""
