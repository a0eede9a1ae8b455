"""Conduct: people do what they do every day, good and bad."""

from __future__ import annotations

import numpy as np

from goodstanding.card import setting, uniform
from goodstanding.kernels import helper, kernel
from goodstanding.luck import fill, fill_listed
from goodstanding.mechanism import Conduct
from goodstanding.world import Column

HIGHEST = 0xFFFFFFFF
"""The highest draw."""


@helper
def chance(base, strain_weight, strain, integrity_weight, integrity, conviction_weight, conviction):
    """The threshold of an act: its base rate times one factor each for strain, integrity and conviction."""
    base = base * (64 * 256 + strain_weight * strain) // (64 * 256)
    base = base * (256 * 128 + integrity_weight * (128 - integrity)) // (256 * 128)
    return base * (256 * 128 + conviction_weight * (conviction - 128)) // (256 * 128)


@helper
def highest(act, act_maker, act_rate, act_strain, act_integrity, act_conviction, level):
    """The highest chance anybody can have of an act, as a threshold; nought for acts that other mechanisms make."""
    if act_maker[act] > 0:
        return 0
    base = act_rate[act] * level // 100
    return min(chance(base, act_strain[act], 256, abs(act_integrity[act]), 0, act_conviction[act], 256), HIGHEST)


class EverydayActs(Conduct):
    """People break small and great rules and do each other good, more or less often by strain, integrity and fear.

    Each act has a base rate and weights in the catalogue. Every person has a draw for every kind of act. Its first
    eight bits, four kinds to one number, are screened at the highest chance anybody can have; the few who pass get
    its other 24 bits and are resolved by their own chance, so that a higher chance only ever adds acts. Only adults
    act. Fear of points deters an act that a known scheme counts.
    """

    columns = {
        "passed_person": Column(dtype="int32", label="who passed the screen", scope="luck", each=8),
        "passed_act": Column(dtype="uint8", label="for which act", scope="luck", each=8),
        "passed_draw": Column(dtype="uint32", label="with which draw", scope="luck", each=8),
        "passed": Column(dtype="int64", label="how many passed", scope="luck"),
    }
    writes = ("acts",)
    counts = {
        "harmful": "acts that harm somebody",
        "harmless": "acts that harm nobody and are protected",
        "kind": "acts that do good",
    }

    level: int = setting(
        100, low=0, high=400, unit="percent", prior=uniform(50, 200),
        help="how often people do such acts, of the catalogue's rates",
        source="assumed",
        because="the catalogue's rates are assumed one by one; together they may be off by a factor of two",
    )  # fmt: skip
    strain_matters: float = setting(
        0.7, low=0, high=1, unit="share", prior=uniform(0, 1), help="of the catalogue's weight of strain that holds",
        source="assumed",
        because="hardship and rule-breaking go together; how much is contested, so nought is in the range",
    )  # fmt: skip
    integrity_matters: float = setting(
        0.7, low=0, high=1, unit="share", prior=uniform(0, 1), help="of the catalogue's weight of integrity that holds",
        source="assumed", because="that character explains conduct is contested, so nought is in the range",
    )  # fmt: skip
    deterrence: float = setting(
        0.2, low=0, high=1, unit="share", prior=uniform(0, 0.6), help="of the catalogue's weight of caution that holds",
        source="assumed", because="evidence for deterrence by scores is lacking, so nought is in the range",
    )  # fmt: skip

    @kernel
    def screen(
        first, seed, month, use_act, age, act_maker, act_rate, act_strain, act_integrity, act_conviction, level,
        passed_person, passed_act, passed_draw, passed,
    ):  # fmt: skip
        n = age.size
        draws = np.empty(n, np.uint32)
        flags = np.zeros(-(-n // 8) * 8, np.uint8)
        eights = flags.view(np.uint64)  # nearly always nobody of eight people passes
        found, filled = 0, -1
        for act in range(act_rate.size):
            most = highest(act, act_maker, act_rate, act_strain, act_integrity, act_conviction, level)
            if most == 0:
                continue
            if act >> 2 != filled:
                filled = act >> 2
                fill(draws, seed, use_act, month, first, filled)
            byte, top = 8 * (act & 3), np.uint32(min(most >> 24, 255))
            for i in range(n):
                flags[i] = (((draws[i] >> byte) & 255) <= top) & (age[i] > 0)
            for eight in range(eights.size):
                if eights[eight]:
                    for i in range(eight * 8, min(eight * 8 + 8, n)):
                        if flags[i]:
                            passed_person[found] = i
                            passed_act[found] = act
                            passed_draw[found] = (draws[i] >> byte) & 255
                            found += 1
        passed[0] = found

    @kernel
    def refine(
        first, seed, month, use_rest, act_maker, act_rate, act_strain, act_integrity, act_conviction, level,
        passed_person, passed_act, passed_draw, passed,
    ):  # fmt: skip
        screened = passed[0]
        rest = np.empty(screened, np.uint32)
        fill_listed(rest, seed, use_rest, month, first, passed_person[:screened], passed_act[:screened])
        most = np.empty(act_rate.size, np.int64)
        for act in range(act_rate.size):
            most[act] = highest(act, act_maker, act_rate, act_strain, act_integrity, act_conviction, level)
        found = 0
        for at in range(screened):
            draw = (np.int64(passed_draw[at]) << 24) | (np.int64(rest[at]) >> 8)
            if draw < most[passed_act[at]]:
                passed_person[found] = passed_person[at]
                passed_act[found] = passed_act[at]
                passed_draw[found] = draw
                found += 1
        passed[0] = found

    @kernel
    def act(
        passed_person, passed_act, passed_draw, passed, strain, salience, integrity, conviction, caution,
        counted, act_rate, act_gravity, act_strain, act_integrity, act_conviction, act_caution, act_protected,
        level, strain_matters, integrity_matters, deterrence, acts, stratum, harmful, harmless, kind,
    ):  # fmt: skip
        for at in range(passed[0]):
            i, k = passed_person[at], np.int64(passed_act[at])
            likely = chance(
                act_rate[k] * level // 100,
                (act_strain[k] * strain_matters) >> 32, np.int64(strain[i]),
                (act_integrity[k] * integrity_matters) >> 32, np.int64(integrity[i]),
                act_conviction[k], np.int64(conviction[i]),
            )  # fmt: skip
            if (counted[0] >> k) & 1:
                threat = np.int64(salience[i]) * np.int64(caution[i])
                likely -= (((likely * ((act_caution[k] * deterrence) >> 32)) >> 8) * threat) >> 16
            if np.int64(passed_draw[at]) < likely:
                acts[i] |= np.int64(1) << k
                if act_gravity[k] > 0:
                    harmful[stratum[i]] += 1
                elif act_protected[k] > 0:
                    harmless[stratum[i]] += 1
                else:
                    kind[stratum[i]] += 1
