"""Measure 6: who speaks, and who holds their tongue."""

from __future__ import annotations

from goodstanding.kernels import kernel
from goodstanding.measures import Measure
from goodstanding.tally import tally


class Silence(Measure):
    """How many people speak up, and how many would this month but for the fear of the score.

    Held tongue: would speak with the fear of the score set to nought, all else equal, and does not. The whole fall in
    voices against the world without the scheme is the difference of `voices`; what held tongues leave over comes by
    way of others who fall silent, or of grievance.
    """

    unit = "adults"
    better = "neither"
    objective = "never"
    leads = ("held_tongue", "voices")
    counts = {
        "voices": "adults who spoke up",
        "held_tongue": "adults who held their tongue",
        "would_speak": "adults who would speak up without fear of the score",
    }
    per = {"held_tongue": "would_speak"}

    @kernel
    def count(spoke, held, stratum, counts):
        tally(spoke, stratum, counts[0])
        tally(held, stratum, counts[1])
        for s in range(counts.shape[1]):
            counts[2, s] = counts[0, s] + counts[1, s]
