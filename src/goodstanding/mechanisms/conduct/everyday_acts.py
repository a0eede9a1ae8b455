"""Conduct: people do what they do every day, good and bad."""

from __future__ import annotations

import numpy as np

from goodstanding.card import loguniform, setting, table, uniform
from goodstanding.kernels import helper, kernel
from goodstanding.luck import fill, fill_listed
from goodstanding.mechanism import Conduct
from goodstanding.mechanisms.conduct.compliance import deterred
from goodstanding.world import Column

HIGHEST = 0xFFFFFFFF
"""The highest draw."""


@helper(inline=True)
def by_traits(base, integrity_weight, integrity, conviction_weight, conviction):
    """The threshold of an act for somebody without strain: its base rate times a factor each for two traits."""
    base = (base * (256 * 128 + integrity_weight * (128 - integrity))) >> 15
    return (base * (256 * 128 + conviction_weight * (conviction - 128))) >> 15


@helper(inline=True)
def under(strain, weight, base):
    """A threshold as strain raises it."""
    return (base * (64 * 256 + weight * strain)) >> 14


@helper
def weigh(rate, strain, integrity, conviction, maker, level, rates, strain_matters, integrity_matters, told):
    """Write the base rate of every act and the weights that hold, (4, acts); nought for what other mechanisms make."""
    for act in range(rate.size):
        own = maker[act] == 0
        told[0, act] = ((rate[act] * level) >> 8) * rates[act] // 100 * own
        told[1, act] = ((strain[act] * strain_matters) >> 32) * own
        told[2, act] = ((integrity[act] * integrity_matters) >> 32) * own
        told[3, act] = conviction[act] * own


class EverydayActs(Conduct):
    """People break small and great rules and do each other good, more or less often by strain, integrity and fear.

    Each act has a base rate and weights in the catalogue. Every person has a draw for every kind of act. Its first
    eight bits, four kinds to one number, are screened at the highest chance anybody can have; the few who pass get
    its other 24 bits, are held against the highest chance of somebody with their traits, and are resolved by their own,
    so that a higher chance only ever adds acts. Only adults act. Fear of points deters an act that a known scheme
    counts, and so does the care that somebody takes who has been punished (see compliance for both).
    """

    columns = {
        "passed_person": Column(dtype="int32", label="who passed the screen", scope="luck", each=8),
        "passed_act": Column(dtype="uint8", label="for which act", scope="luck", each=8),
        "passed_draw": Column(dtype="uint32", label="with which draw", scope="luck", each=8),
        "passed_chance": Column(dtype="int64", label="and with which chance but for strain", scope="luck", each=8),
        "passed": Column(dtype="int64", label="how many passed", scope="luck"),
        "grown": Column(dtype="uint8", label="who is an adult, in whole blocks of 64", scope="luck"),
        "screened": Column(dtype="uint32", label="the draws that screen for four kinds of act", scope="luck"),
        "through": Column(dtype="uint8", label="who passes the screen for one kind", scope="luck"),
        "rest": Column(dtype="uint32", label="the other bits of the draws of those who passed", scope="luck", each=8),
    }
    writes = ("acts",)
    counts = {
        "harmful": "acts that harm somebody",
        "harmless": "acts that harm nobody and are protected",
        "kind": "acts that do good",
    }

    level: float = setting(
        100.0, low=0, high=400, unit="percent a month", prior=loguniform(50, 200),
        help="how often people do such acts, of the catalogue's rates",
        source="assumed",
        because="the catalogue's rates are assumed one by one; together they may be off by a factor of two either way",
    )  # fmt: skip
    rates: dict[str, int] = table(
        {}, keys="everyday acts", low=0, high=400, unit="percent", prior=loguniform(50, 200), otherwise=100,
        help="how often people do each of these acts, of what its rate in the catalogue and the level make",
        source="assumed",
        because="hardly a rate was ever counted in such a county, so each may be off by a factor of two by itself; "
        "what takes the form of a voice or a missed instalment follows voice and borrowing, and has no row",
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
        0.2, low=0, high=1, unit="share", prior=uniform(0, 0.8), help="of the catalogue's weight of caution that holds",
        source="assumed",
        because="evidence for deterrence by scores is lacking, so nought is in the range, and much of what advocates "
        "hope",
    )  # fmt: skip

    @kernel
    def screen(
        first, seed, month, use_act, age, act_maker, act_rate, act_strain, act_integrity, act_conviction, act_room,
        level, rates, strain_matters, integrity_matters, grown, screened, through, passed_person, passed_act,
        passed_draw, passed,
    ):  # fmt: skip
        n, whole = age.size, (age.size + 63) // 64
        told, adult = act_room, grown[: 64 * whole]
        weigh(
            act_rate, act_strain, act_integrity, act_conviction, act_maker, level, rates, strain_matters,
            integrity_matters, told,
        )  # fmt: skip
        adult[n:] = 0
        for i in range(n):
            adult[i] = age[i] > 0
        draws, flags = screened[: 64 * whole], through[: 64 * whole]
        bytes_of = draws.view(np.uint8)  # of 64 neighbours' four bytes, the first 64 are the first act's, and so on
        eights = flags.view(np.uint64)  # nearly always nobody of eight people passes
        found, filled = 0, -1
        for act in range(act_rate.size):
            most = under(256, told[1, act], by_traits(told[0, act], abs(told[2, act]), 0, told[3, act], 256))
            if most == 0:
                continue
            if act >> 2 != filled:
                filled = act >> 2
                fill(draws, seed, use_act, month, first, filled)
            top = np.uint8(min(most >> 24, 255))
            for chunk in range(whole):
                here, there = 64 * chunk, 256 * chunk + 64 * (act & 3)
                for i in range(64):
                    flags[here + i] = (bytes_of[there + i] <= top) & adult[here + i]
            for eight in range(eights.size):
                if eights[eight]:
                    for i in range(eight * 8, eight * 8 + 8):
                        if flags[i]:
                            passed_person[found] = i
                            passed_act[found] = act
                            passed_draw[found] = bytes_of[256 * (i >> 6) + 64 * (act & 3) + (i & 63)]
                            found += 1
        passed[0] = found

    @kernel
    def refine(
        first, seed, month, use_rest, integrity, conviction, act_maker, act_rate, act_strain, act_integrity,
        act_conviction, act_room, level, rates, strain_matters, integrity_matters, rest, passed_person, passed_act,
        passed_draw, passed_chance, passed,
    ):  # fmt: skip
        many, told = passed[0], act_room
        fill_listed(rest[:many], seed, use_rest, month, first, passed_person[:many], passed_act[:many])
        weigh(
            act_rate, act_strain, act_integrity, act_conviction, act_maker, level, rates, strain_matters,
            integrity_matters, told,
        )  # fmt: skip
        found = 0
        for at in range(many):
            i, k = passed_person[at], passed_act[at]
            draw = (np.int64(passed_draw[at]) << 24) | (np.int64(rest[at]) >> 8)
            calm = by_traits(told[0, k], told[2, k], np.int64(integrity[i]), told[3, k], np.int64(conviction[i]))
            if draw < min(under(256, told[1, k], calm), HIGHEST):
                passed_person[found] = i
                passed_act[found] = k
                passed_draw[found] = draw
                passed_chance[found] = calm
                found += 1
        passed[0] = found

    @kernel
    def act(
        passed_person, passed_act, passed_draw, passed_chance, passed, strain, threat, unseen, care, counted,
        act_gravity, act_strain, act_caution, act_room, act_detectability, act_protected, strain_matters, deterrence,
        acts, stratum, harmful, harmless, kind,
    ):  # fmt: skip
        weight = act_room[0]
        for k in range(weight.size):
            weight[k] = (act_caution[k] * deterred(deterrence, act_detectability[k], unseen[0])) >> 32
        for at in range(passed[0]):
            i, k = passed_person[at], np.int64(passed_act[at])
            likely = under(np.int64(strain[i]), (act_strain[k] * strain_matters) >> 32, passed_chance[at])
            if np.int64(passed_draw[at]) >= likely:
                continue
            if (counted[0] >> k) & 1:
                likely -= (((likely * weight[k]) >> 8) * np.int64(threat[i])) >> 16
                likely -= (likely * act_caution[k] * np.int64(care[i])) >> 16
            if np.int64(passed_draw[at]) < likely:
                acts[i] |= np.int64(1) << k
                if act_gravity[k] > 0:
                    harmful[stratum[i]] += 1
                elif act_protected[k] > 0:
                    harmless[stratum[i]] += 1
                else:
                    kind[stratum[i]] += 1
