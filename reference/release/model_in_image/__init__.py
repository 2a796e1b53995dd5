"""The model lies in the image of its service: one thing is built, tested and pulled."""
