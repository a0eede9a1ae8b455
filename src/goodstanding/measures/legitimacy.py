"""Measure 15: what people think of being rated, and what they say."""

from __future__ import annotations

from goodstanding.kernels import kernel
from goodstanding.measures import Measure
from goodstanding.tally import tally


class Legitimacy(Measure):
    """How many people approve of being rated in private, how many say so, and how many oppose it openly.

    Says so: approves in private, or disapproves and says what is wanted out of fear. The rest say nothing. Approval in
    private runs from 0 to 255 with the middle at 128; the eight bins are its histogram. In a society without a scheme
    it is what people would bring to one. When a scheme gave way is counted by backlash.
    """

    unit = "adults"
    objective = "never"
    counts = {
        "approve": "adults who approve of being rated in private",
        "say_so": "adults who say that they approve",
        "falsify": "adults who disapprove and say what is wanted",
        "oppose": "adults who oppose being rated openly",
        **{f"bin_{b + 1}": f"adults with a private approval of {32 * b} to {32 * b + 31}" for b in range(8)},
    }
    per = {"falsify": "say_so"}

    @kernel
    def count(approval, falsified, opposed, age, stratum, counts):
        for i in range(approval.size):
            counts[4 + (approval[i] >> 5), stratum[i]] += age[i] > 0
        tally(falsified, stratum, counts[2])
        for s in range(counts.shape[1]):
            counts[0, s] = counts[8, s] + counts[9, s] + counts[10, s] + counts[11, s]
            counts[1, s] = counts[0, s] + counts[2, s]
        tally(opposed, stratum, counts[3])
