"""A page of commands for whoever comes next, which can be run to see whether it is still true."""
