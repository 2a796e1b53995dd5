"""The model as a graph, run by a small program on the device."""
