"""Conduct: people speak up, or hold their tongue."""

from __future__ import annotations

import numpy as np

from goodstanding.acts import MAKERS, code
from goodstanding.card import exactly, setting, uniform
from goodstanding.kernels import kernel
from goodstanding.luck import luck, stochastic_round, times
from goodstanding.mechanism import Conduct
from goodstanding.world import Column

VOICE = MAKERS.index("voice")
PETITION = code("petition")
AGAIN = code("repeated_petitioning")
RULES = ("thresholds", "independent")
INDEPENDENT = RULES.index("independent")


class Voice(Conduct):
    """People who are discontented enough speak, petition, gather or join; fear of the score makes some hold back.

    Each person has a private conviction, grievances from what was done to them, and a threshold. Others who speak up
    around them lower it. Fear grows with the share of the forms of voice, by their rates, that a known scheme counts,
    with salience and with caution. A tongue is held by whoever would speak this month with the fear of the score set
    to nought, all else equal, and does not. What form a voice takes follows the catalogue's rates; a second petition
    within a year is repeated petitioning.

    That thresholds last and that voices encourage voices is one account of speech among several. Under the rule
    `independent` there are no thresholds and no company: on an occasion people speak with a chance that rises evenly
    with conviction, from nought to one over the width that thresholds would have, and falls with fear, whatever others
    do and whatever they did before.

    Sources: [granovetter-1978] [kuran-1989] [penney-2016]
    """

    columns = {
        "grievance": Column(dtype="uint8", label="anger over what the authorities did", unit="0 to 255", kept=True),
        "petitioned": Column(
            dtype="uint8", label="months for which a petition is remembered", unit="months", kept=True
        ),
    }
    writes = ("acts", "spoke", "held")
    counts = {"petitions": "petitions, repeated ones included"}

    occasion: float = setting(
        0.1, low=0, high=1, unit="share once a month", prior=uniform(0.03, 0.3),
        help="adults with something to speak up about in a month",
        source="assumed", because="about once a year",
    )  # fmt: skip
    hurdle: int = setting(
        150, low=0, high=512, unit="0 to 255", prior=uniform(120, 180),
        help="conviction at which the average person speaks",
        source="assumed",
        because="then one adult in eight speaks on an occasion, so that voices come to the catalogue's twelve "
        "in 1,000 a month",
    )  # fmt: skip
    threshold_spread: float = setting(
        0.2, low=0, high=1, unit="share", prior=uniform(0, 0.5),
        help="how far thresholds differ between people, of the scale",
        source="assumed", because="thresholds differ; their spread decides about cascades and is unknown",
    )  # fmt: skip
    company: int = setting(
        8, low=0, high=255, unit="0 to 255 for one a month", prior=uniform(0, 25),
        help="conviction that each person speaking up around one is worth",
        source="assumed",
        because="that voices encourage voices is well argued; its size is not known, so nought is in the range",
    )  # fmt: skip
    hardship: int = setting(
        20, low=0, high=255, unit="0 to 255", prior=uniform(0, 60), help="conviction that full strain is worth",
        source="assumed", because="hardship drives petitions; its size is not known, so nought is in the range",
    )  # fmt: skip
    anger: int = setting(
        80, low=0, high=255, unit="0 to 255", prior=uniform(0, 160),
        help="grievance of a person who is barred from something",
        source="assumed",
        because="people petition about what is done to themselves; its size is not known, so nought is in the range",
    )  # fmt: skip
    cooling: float = setting(
        0.08, low=0, high=1, unit="share a month", prior=uniform(0.02, 0.3), help="grievance that is lost in a month",
        source="assumed", because="half of it is gone after about eight months",
    )  # fmt: skip
    fear: int = setting(
        60, low=0, high=512, unit="0 to 255", prior=uniform(0, 160),
        help="conviction that the fear of the score outweighs in the most cautious, at full salience",
        source="assumed",
        because="views of sensitive pages fell by about a fifth after a surveillance disclosure; scores may "
        "do more, less or nothing",
    )  # fmt: skip
    general_fear: float = setting(
        0.0, low=0, high=1, unit="share", prior=uniform(0, 0.5),
        help="of the fear that remains where the scheme counts no form of speaking up",
        source="assumed",
        because="people may grow careful in everything once they are rated; nobody has measured it, so the default "
        "claims nothing",
    )  # fmt: skip
    memory: int = setting(
        12, low=0, high=120, unit="months", prior=uniform(6, 24),
        help="months in which a further petition counts as repeated",
        source="assumed", because="the reports do not say; a year is plain",
    )  # fmt: skip

    rule: str = setting(
        "thresholds", among=RULES, unit="name", prior=exactly(),
        help="whether people speak by thresholds and company, or each by a chance of their own",
        source="assumed",
        because="a choice of structure and no number, so it is tried apart from the numbers",
    )  # fmt: skip

    @kernel
    def resent(barred, draw_cool, grievance, petitioned, anger, cooling):
        stays = (1 << 32) - cooling
        for i in range(grievance.size):
            kept = stochastic_round(np.int64(grievance[i]) * stays, 32, draw_cool[i])
            grievance[i] = max(kept, anger * (barred[i] > 0))
            petitioned[i] -= petitioned[i] > 0

    @kernel
    def decide(
        conviction, threshold, caution, age, salience, strain, around_spoke, counted, act_maker, act_rate,
        draw_occasion, grievance, occasion, hurdle, threshold_spread, company, hardship, fear, general_fear, rule,
        spoke, held,
    ):  # fmt: skip
        total, punished = np.int64(0), np.int64(0)
        for k in range(act_rate.size - 1):
            if act_maker[k] == VOICE:
                total += act_rate[k]
                punished += act_rate[k] * ((counted[0] >> k) & 1)
        rated = np.int64(counted[0] != 0)
        feared = rated * (general_fear + times((1 << 32) - general_fear, (punished << 32) // max(1, total)))
        if rule == INDEPENDENT:
            width = max(2, threshold_spread >> 15)  # from never to always, in 256ths
            for i in range(spoke.size):
                push = np.int64(conviction[i]) + np.int64(grievance[i]) + ((hardship * np.int64(strain[i])) >> 8)
                scare = (((fear * np.int64(salience[i]) * np.int64(caution[i])) >> 8) * feared) >> 32  # in 256ths
                above = ((push - hurdle) << 8) + width // 2
                would = np.int64(draw_occasion[i]) < occasion * max(0, min(width, above)) // width
                speaks = np.int64(draw_occasion[i]) < occasion * max(0, min(width, above - scare)) // width
                spoke[i] = speaks & (age[i] > 0)
                held[i] = would & (not speaks) & (age[i] > 0)
            return
        for i in range(spoke.size):
            push = np.int64(conviction[i]) + np.int64(grievance[i]) + company * np.int64(around_spoke[i])
            push += (hardship * np.int64(strain[i])) >> 8
            stop = hurdle + ((2 * threshold_spread * (np.int64(threshold[i]) - 128)) >> 32)
            scare = (((fear * np.int64(salience[i]) * np.int64(caution[i])) >> 8) * feared) >> 32  # in 256ths
            would = (np.int64(draw_occasion[i]) < occasion) & (push > stop) & (age[i] > 0)
            speaks = would & (((push - stop) << 8) > scare)
            spoke[i] = speaks
            held[i] = would & (not speaks)

    @kernel
    def speak(spoke, first, seed, month, use_form, act_maker, act_rate, memory, petitioned, acts, stratum, petitions):
        total = np.int64(0)
        for k in range(act_rate.size):
            total += act_rate[k] * (act_maker[k] == VOICE) * (k != AGAIN)
        for i in range(spoke.size):
            if spoke[i]:
                left = (np.int64(luck(seed, use_form, month, first + i, 0)) * (total >> 2)) >> 30
                form = PETITION
                for k in range(act_rate.size):
                    if act_maker[k] == VOICE and k != AGAIN:
                        if left < act_rate[k]:
                            form = k
                            break
                        left -= act_rate[k]
                if form == PETITION:
                    petitions[stratum[i]] += 1
                    if petitioned[i] > 0:
                        form = AGAIN
                    petitioned[i] = memory + 1  # this month is not one of them
                acts[i] |= np.int64(1) << form
