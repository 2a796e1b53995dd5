"""The exercises: notebooks made from solutions, and the checks that a learner runs on them."""
