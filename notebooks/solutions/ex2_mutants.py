# %% [markdown]
# # Exercise 2. Which side moves?
#
# *日本語*: コードを1か所だけ変えた12個のミュータント(mutant)について、学習側とサービング側のどちらの特徴量が変わるかを先に予想します。
# 予想を書き終えたら、小規模データで実際に動かして答え合わせをしてください。
#
# **10 minutes, after lesson 6.** Twelve mutants of two systems. Each changes one place of the code. Say which side sees other
# feature values: what training reads, what serving reads, both, or neither.
#
# Check with `make check EX=2`. It runs every mutant on a few dozen real-time questions; that takes half a minute or so.

# %%
from lab.exercises.mutant_task import list_mutants

print(list_mutants())

# %% [markdown]
# ## Predict
#
# Do not run anything yet. Open the files beside this notebook, and write a side for each letter: `"training"`, `"serving"`, `"both"`
# or `"neither"`.
#
# - *Both*: some feature changes on both sides. That is one definition.
# - *Neither*: no feature changes, for none of the questions. Something else may.
#
# <details><summary>Hint</summary>
#
# Ask of each line: who calls it on the way to a training table, and who on the way to an answer? In the split no line is called by
# both. In FTI most of the features' code runs once and is read twice; the two readings are code of their own.
#
# </details>

# %%
sides = {
    # <solution>
    "A": "training",
    "B": "serving",
    "C": "training",
    "D": "training",
    "E": "neither",
    "F": "serving",
    "G": "both",
    "H": "both",
    "I": "both",
    "J": "training",
    "K": "serving",
    "L": "neither",
    # </solution>
    # stub: "A": None,  # split, offline.py
    # stub: "B": None,  # split, online.py
    # stub: "C": None,  # split, offline.py
    # stub: "D": None,  # split, offline.py
    # stub: "E": None,  # split, online.py
    # stub: "F": None,  # split, online.py
    # stub: "G": None,  # fti, features.py
    # stub: "H": None,  # fti, features.py
    # stub: "I": None,  # fti, on_demand.py
    # stub: "J": None,  # fti, asof_search.py
    # stub: "K": None,  # fti, stores.py
    # stub: "L": None,  # fti, inference.py
}

# %% [markdown]
# The check does not tell you the right side, only which letters to look at again. Count how many you had at the first try: that is
# how well you know where two sides of a system are one.

# %% [markdown]
# <solution>
# ## What you saw
#
# In the split no mutant moves both sides: what is said once in the specification is said twice in the code. In FTI a change of a
# definition moves both. But FTI too has one-sided lines: the as-of join that only training reads through, and the write to the
# online store that only serving sees. They know no feature, they belong to the store; and they are not few. Lesson 6 counts them over
# all mutants.
#
# *Where the anti-pattern would have won.* A line that moves one side only can be changed by one team without asking the other. If
# serving must be repaired tonight, the split lets you, and no training set changes under anybody's feet.
#
# **A question for the room.** Which line of your own system would you least like to see mutated, and which test would notice?
# </solution>
