"""What a stage has seen, from flights of which it is known what came of them, as ``TrialLog.read_known`` has them."""

import numpy as np
import pandas as pd

from problem.which_is_better import PRICE, Arm, Seen, give_out, price


def see_beside(known: pd.DataFrame) -> Seen:
    """Both models on the same flights, a unit a day: the desk is replayed with what either said.

    What is not replayed is what its blocks have changed: a flight that is punctual by the champion's block counts as
    punctual for the candidate too, who might have given it none.
    """
    slot, late = pd.factorize(known["slot"])[0], known["late"].to_numpy(bool)
    theirs, ours = (price(give_out(slot, known[arm].to_numpy(float)), late) for arm in (Arm.CANDIDATE, Arm.CHAMPION))
    days = (pd.Series(theirs - ours).groupby(known["day"].to_numpy()).mean()).to_numpy()
    missing = float(known["missing"].mean()) if len(known) else 0.0
    return Seen(len(days), len(days), float(days.sum()), float((days**2).sum()), len(known), missing)


def see_coins(known: pd.DataFrame, beside: bool) -> Seen:
    """An aircraft's day as a unit that went to one arm: what its flights cost beside the mean flight of that day.

    ``beside``: both models were asked, and only aircraft-days count on which they would decide differently.
    """
    wanted = [PRICE * known[arm].to_numpy(float) > 1 for arm in (Arm.CHAMPION, Arm.CANDIDATE)]
    unit = known.groupby(["day", "aircraft"])["day"].ngroup().to_numpy()
    here = np.bincount(unit, weights=wanted[0] != wanted[1])[unit] > 0 if beside else np.ones(len(known), bool)
    compared, unit = known[here], pd.factorize(unit[here])[0]
    excess = compared["cost"] - compared.groupby("day")["cost"].transform("mean")
    z = np.bincount(unit, weights=excess * np.where(compared["arm"] == Arm.CANDIDATE, 2.0, -2.0))
    asked = known[known["arm"] == Arm.CANDIDATE] if not beside else known
    missing = float(asked["missing"].mean()) if len(asked) else 0.0
    return Seen(known["day"].nunique(), len(z), float(z.sum()), float((z**2).sum()), len(known), missing)
