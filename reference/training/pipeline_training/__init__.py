"""Pipeline training: steps with stored outputs, and one layer through which all sources are reached."""
