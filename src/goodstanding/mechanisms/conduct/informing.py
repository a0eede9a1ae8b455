"""Conduct: people report each other."""

from __future__ import annotations

import numpy as np

from goodstanding.card import loguniform, setting, uniform
from goodstanding.kernels import kernel, pair, start
from goodstanding.luck import luck
from goodstanding.mechanism import Conduct
from goodstanding.world import Column

DUTY, ERROR, MALICE, REWARD, INVENTED = range(1, 6)
"""Why somebody reports another: for what they did (duty, reward), or for what they did not do (the others)."""
TRULY = 1 << DUTY | 1 << REWARD
"""The motives of reports about what the person did, one bit each."""
MOST_WON = 32_767


class Informing(Conduct):
    """People report those around them: for what they did, in error, out of spite, or for a reward.

    Only where a scheme asks for reports, and only those who have it on their mind. They tell of what the people around
    them, those at home included, did the month before; whoever is after the reward tells of all of it. A false report
    needs no offence: somebody misreads what they saw, bears a grudge, or invents an offence to be paid, and each adult
    around may be the one they name. The reward is paid on receipt, for false reports as for true ones. Nobody is afraid
    of being found out, and nobody learns who reported them.

    Sources: [bergemann-2019] [gellately-1990] [atlantic-2011]
    """

    columns = {
        "grown": Column(dtype="uint8", label="is an adult, of whom a report is taken", kept=True, shown=1),
        "hunts": Column(dtype="uint8", label="looks for something to be paid for", kept=True, shown=1),
    }
    writes = ("mindful", "offended", "accuses", "reported", "bounty_won")
    counts = {
        "duty": "reports of what somebody did, out of duty",
        "error": "reports of what somebody did not do, in good faith",
        "malice": "reports of what somebody did not do, out of malice",
        "reward": "reports of what somebody did, for the reward",
        "invented": "reports of what somebody did not do, for the reward",
        "informers": "adults who reported somebody",
    }

    mindful_from: int = setting(
        64, low=0, high=255, unit="0 to 255", prior=uniform(30, 120),
        help="salience from which a person has the scheme in mind and may report somebody",
        source="assumed", because="a quarter of the scale; it decides who informs at all, and nobody has measured it",
    )  # fmt: skip
    telling: float = setting(
        0.01, low=0, high=1, unit="share", prior=loguniform(0.001, 0.05),
        help="of the offenders around one that a person with the scheme in mind reports out of duty",
        source="assumed",
        because="most people tell on nobody; a dozen people around an offender then make a report of one in ten "
        "where all have the scheme in mind",
    )  # fmt: skip
    misreading: float = setting(
        1.0, low=0, high=1000, unit="per 1000 a month", prior=uniform(0.1, 5),
        help="people with the scheme in mind who take something harmless for an offence",
        source="assumed", because="about once in a lifetime; nobody has counted reports made in error",
    )  # fmt: skip
    spite: float = setting(
        2.0, low=0, high=1000, unit="per 1000 a month", prior=uniform(0, 10),
        help="of those with the strongest grudge who report somebody falsely to harm them",
        source="assumed",
        because="about two malicious reports then come with three made in error; the share of private motives in "
        "archives of denunciation is contested, so nought is in the range",
    )  # fmt: skip
    pull: float = setting(
        0.05, low=0, high=1, unit="share once a month", prior=uniform(0, 0.2),
        help="of the most mercenary who look for something to report when a report pays a month's needs",
        source="assumed",
        because="where reports were paid a few made a trade of it; how many is unknown, so nought is in the range",
    )  # fmt: skip
    inventing: float = setting(
        0.1, low=0, high=1, unit="share", prior=uniform(0, 0.4),
        help="of those after the reward who invent an offence as well",
        source="assumed", because="a report that is paid unseen can be made up; nobody has measured how often",
    )  # fmt: skip
    aim: float = setting(
        0.08, low=0, high=1, unit="share", prior=uniform(0.03, 0.2),
        help="of the adults around one whom a false report names",
        source="assumed", because="about one of the dozen people around",
    )  # fmt: skip

    @pair(
        of="offended", by="mindful",
        says={DUTY: "reported what {other} had done, out of duty", REWARD: "reported what {other} had done, for pay"},
    )  # fmt: skip
    def tell(mine, theirs, relation, draw, telling, at_hunts):
        return DUTY if np.int64(draw) < telling else REWARD * ((mine >> at_hunts) & 1)

    @pair(
        by="accuses",
        says={
            ERROR: "reported {other} in good faith for what {other} had not done",
            MALICE: "reported {other} out of malice for what {other} had not done",
            INVENTED: "reported {other} for what {other} had not done, for pay",
        },
    )
    def accuse(mine, theirs, relation, draw, aim, at_accuses, at_grown):
        why = (mine >> at_accuses) & 3
        named = (theirs >> at_grown) & 1 and np.int64(draw) < aim
        return (why + 1 + (why == 3)) * named

    @start
    def grow_up(age, grown):
        for i in range(grown.size):
            grown[i] = age[i] > 0

    @kernel
    def notice(acts, salience, age, hotline, act_seen_as, mindful_from, mindful, offended):
        asked = np.int64(0)
        for k in range(act_seen_as.size - 1):
            asked |= ((hotline[0] >> act_seen_as[k]) & 1) << k
        for i in range(mindful.size):
            mindful[i] = (salience[i] >= mindful_from) & (age[i] > 0)
        for i in range(offended.size):
            offended[i] = (acts[i] & asked) != 0

    @kernel
    def resolve(
        month, first, seed, use_invent, draw_resolve, mindful, grudge, mercenary, hotline, bounty, misreading, spite,
        pull, inventing, accuses, hunts,
    ):  # fmt: skip
        accuses[:] = 0
        hunts[:] = 0
        if hotline[0] == 0:
            return
        wish = pull * bounty[0] // 100
        for i in range(accuses.size):
            if mindful[i]:
                draw = np.int64(draw_resolve[i])
                spiteful = misreading + ((spite * np.int64(grudge[i])) >> 8)
                if draw < misreading:
                    accuses[i] = 1
                elif draw < spiteful:
                    accuses[i] = 2
                elif draw < spiteful + ((wish * np.int64(mercenary[i])) >> 8):
                    hunts[i] = 1
                    accuses[i] = 3 * (np.int64(luck(seed, use_invent, month, first + i, 0)) < inventing)

    @kernel
    def report(
        did_tell, did_accuse, got_tell, got_accuse, bounty, reported, bounty_won, stratum, counts, informers
    ):  # fmt: skip
        for i in range(reported.size):
            reported[i] = got_tell[i] + got_accuse[i]
        bounty_won[:] = 0
        for i in range(bounty_won.size):
            told = did_tell[i] + did_accuse[i]
            if told:
                motive, made = DUTY, np.int64(0)
                while told:
                    counts[motive - 1, stratum[i]] += told & 31
                    made += told & 31
                    told >>= 5
                    motive += 1
                informers[stratum[i]] += 1
                bounty_won[i] = min(MOST_WON, made * bounty[0])
