"""x"""


def score(*a):
    return 0
