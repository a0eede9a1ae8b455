"""The same model in plain NumPy, as somebody would write it who knows NumPy well and does not have this engine.

It takes the engine's society, ties and settings, and nothing else: every rule is written a second time, from its
description, over whole columns. It draws its own numbers, so single people differ and mean counts must agree; it is
both the peer of `speed.py` and a check on the mechanisms (tests/test_numpy_twin.py). The modules follow the month:
`conduct`, `observation`, `scoring`, `sanctions`, `safeguards`, `measures`; `month` holds them together.

What is done for speed, because an expert would: narrow types; blocks that stay in the cache for what concerns
everybody; index arrays for what concerns few; what the arms share done once; messages sent by the few who show
something, and the pairs that a rare event hits drawn before anybody looks who they are; a record in the order of its
months, so that what has come of age is a slice; shadows of the record worked out for those for whom they differ;
counts that change little carried on. `luck` chooses how a chance is drawn for everybody:

    philox  a number for each person (and act) from NumPy's Philox: what the engine does, but for the keys
    sfc64   the same from NumPy's quickest generator
    skip    no number for those whom it does not hit: the distance to the next hit is drawn instead

The engine's promise, that one more person, act or mechanism moves nobody else's luck, is kept by none of the three.
Gates are open in every arm: `ghost` and `aware` are not among those that it can live through.
"""

from _numpy_twin.month import Twin

__all__ = ["LEFT_OUT", "Twin"]

LEFT_OUT = ("context", "copies", "discovery", "ever", "exposure", "gaming", "redress")
"""The measures that it does not take: they are about more schemes, attacks, and what others already count."""
