"""Steps whose outputs are kept, so that a run that died goes on where it was."""
