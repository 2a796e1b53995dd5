"""The program that an image carries: it answers from one model file."""
