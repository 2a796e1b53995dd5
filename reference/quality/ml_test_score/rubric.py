"""The rubric's 28 tests in our words, and what holds each here (Breck et al., The ML Test Score, 2017)."""

from problem.good_enough import Item

DATA, MODEL, INFRASTRUCTURE, MONITORING = "data", "model", "infrastructure", "monitoring"
RUBRIC = {
    "D1": Item(DATA, "what each feature may be is written down and held", "schema"),
    "D2": Item(DATA, "each feature is worth something", why="a refit for each feature: by hand, in the study"),
    "D3": Item(DATA, "no feature costs more than it is worth", why="times belong to the bench: by hand"),
    "D4": Item(DATA, "features keep to rules above them", why="nothing here forbids a source"),
    "D5": Item(DATA, "private data are kept private", why="there are flights in it and no people"),
    "D6": Item(DATA, "a new feature is added quickly", why="measured by change requests: by hand"),
    "D7": Item(DATA, "the code of every feature is tested", "oracle"),
    "M1": Item(MODEL, "each model's specification is reviewed and kept", why="a habit of people, not of a model"),
    "M2": Item(MODEL, "loss offline says what loss in service will be", "offline_online"),
    "M3": Item(MODEL, "all settings were tuned", why="chosen once for all systems: by hand"),
    "M4": Item(MODEL, "what a stale model loses is known", why="measured in the lesson on training again: by hand"),
    "M5": Item(MODEL, "nothing simpler is as good", "simpler"),
    "M6": Item(MODEL, "it is good enough in each part of the data", "slices"),
    "M7": Item(MODEL, "nobody is treated unfairly", why="there are flights in it and no people"),
    "I1": Item(INFRASTRUCTURE, "training twice gives the same model", "reproducible"),
    "I2": Item(INFRASTRUCTURE, "the code of the model is tested", "learns"),
    "I3": Item(INFRASTRUCTURE, "the whole way is tested in one go", "whole_way"),
    "I4": Item(INFRASTRUCTURE, "a model is judged before it answers", why="no system has a gate: a pattern of its own"),
    "I5": Item(INFRASTRUCTURE, "one answer can be taken apart", "remade"),
    "I6": Item(INFRASTRUCTURE, "a model meets few callers first", why="no system does: a pattern of its own"),
    "I7": Item(INFRASTRUCTURE, "the model before can be put back", why="no system can at first: a change request"),
    "O1": Item(MONITORING, "what the system depends on changes with a word", "versions"),
    "O2": Item(MONITORING, "what comes in is like what was learned from", "inputs"),
    "O3": Item(MONITORING, "features are the same in training and in service", "skew"),
    "O4": Item(MONITORING, "no model is too old", "age"),
    "O5": Item(MONITORING, "all numbers are numbers", "numbers"),
    "O6": Item(MONITORING, "nothing gets slower or larger", why="times belong to the bench: by hand"),
    "O7": Item(MONITORING, "answers are as good as they were", "served"),
}
