"""Conduct: people think well or ill of being rated, and say so or not."""

from __future__ import annotations

import numpy as np

from goodstanding.card import setting, uniform
from goodstanding.kernels import between, kernel, start
from goodstanding.luck import stochastic_round
from goodstanding.mechanism import Conduct
from goodstanding.tally import tally
from goodstanding.world import Column


class Support(Conduct):
    """People come to like or dislike being rated, and say what they think, keep quiet, or say what is wanted.

    Private approval runs from 0 to 255, and most are lukewarm: how far somebody begins from the middle is the square of
    a draw. It falls with each month in which one is barred or listed and with each person around who is on a list, and
    rises where one comes first, by as much as there are others who do not. Those who approve and have the scheme in
    mind come down to just below the middle. People oppose openly where their dislike, with the company of those around
    who do, outweighs their threshold and their fear; whoever would but for fear says what is wanted. Without a known
    scheme nothing moves and nobody takes sides. Surveys report what is stated only, so the private share is a guess.
    That thinking about it sobers is one assumption and moves approval more than all the rest; nought is in its range.
    Left out: that approval comes back with time.

    Sources: [kuran-1989] [kostka-2019] [merics-2020]
    """

    columns = {
        "edge": Column(dtype="int64", label="of adults, those behind whoever comes first, of 65536", scalar=True)
    }
    writes = ("approval", "opposed", "falsified")
    counts = {
        "ahead": "adults who come first in something",
        "opposing": "adults who say openly that rating should end",
        "falsifying": "adults who would but for fear, and say what is wanted",
    }

    approving: float = setting(
        0.7, low=0, high=1, unit="share", prior=uniform(0.3, 0.9), help="adults who begin on the approving side",
        source="assumed",
        because="about 80 % said that they approve online, 53 % of students for an aggregate score; what they "
        "thought is unknown",
    )  # fmt: skip
    hurt: float = setting(
        4.0, low=0, high=255, unit="0 to 255 a month", prior=uniform(0, 12),
        help="approval lost in a month in which one is barred or listed; each person around on a list costs a quarter",
        source="assumed",
        because="then two years and a half take somebody from the middle to the end; nobody has followed persons",
    )  # fmt: skip
    thanks: float = setting(
        3.0, low=0, high=255, unit="0 to 255 a year", prior=uniform(0, 24),
        help="approval gained in a year in which one comes first and everybody else does not",
        source="assumed",
        because="what one is given is soon taken for granted, so far less than being barred costs; or nothing",
    )  # fmt: skip
    sobering: float = setting(
        6.0, low=0, high=255, unit="0 to 255 a month", prior=uniform(0, 30),
        help="approval lost in a month by those who approve with the scheme fully on their mind",
        source="assumed",
        because="reading for and against it cut approval of a score from 53 % to 29 % of students at once; "
        "everyday life tells less",
    )  # fmt: skip
    company: int = setting(
        8, low=0, high=255, unit="0 to 255", prior=uniform(0, 25),
        help="dislike that each open opponent around is worth",
        source="assumed", because="as for speaking up; its size is not known, so nought is in the range",
    )  # fmt: skip
    fear: int = setting(
        60, low=0, high=512, unit="0 to 255", prior=uniform(0, 160),
        help="dislike that fear outweighs in the most cautious, with the scheme fully on their mind",
        source="assumed", because="as for speaking up; stated and private approval may hardly differ, so nought is in",
    )  # fmt: skip

    @start
    def begin(age, draw_opinion, approving, approval):
        for i in range(approval.size):
            likes = np.int64(draw_opinion[i]) < approving
            most = approving if likes else (1 << 32) - approving
            far = approving - np.int64(draw_opinion[i]) if likes else np.int64(draw_opinion[i]) - approving
            strength = (((far << 16) // max(1, most)) * ((far << 16) // max(1, most))) >> 25  # 0 to 128
            approval[i] = (min(255, 128 + strength) if likes else max(0, 127 - strength)) * (age[i] > 0)

    @between
    def compare(adults, total_ahead, edge):
        edge[0] = ((adults - total_ahead[0]) << 16) // adults * (total_ahead[0] > 0)

    @kernel
    def weigh(
        told, age, barred, favoured, listed, around_listed, salience, draw_think, hurt, thanks, sobering, edge, approval
    ):  # fmt: skip
        gain = (thanks * edge[0]) >> 8
        for i in range(approval.size):
            rated = (told[i] > 0) & (age[i] > 0)
            now = np.int64(approval[i])
            thought = stochastic_round(np.int64(salience[i]) * sobering, 16, draw_think[i])
            loss = hurt * (256 * np.int64((barred[i] > 0) | (listed[i] > 0)) + 64 * np.int64(around_listed[i]))
            change = stochastic_round(gain * np.int64(favoured[i] > 0) - loss, 16, draw_think[i])
            change -= min(thought, max(0, now - 127))
            approval[i] = max(0, min(255, now + change * rated))

    @kernel
    def say(approval, told, age, threshold, caution, salience, around_opposed, company, fear, opposed, falsified):
        for i in range(opposed.size):
            rated = (told[i] > 0) & (age[i] > 0)
            dislike = 128 - np.int64(approval[i])
            push = dislike + company * np.int64(around_opposed[i]) - np.int64(threshold[i])
            scare = (fear * np.int64(salience[i]) * np.int64(caution[i])) >> 8  # in 256ths
            would = rated & (dislike > 0) & (push > 0)
            speaks = would & ((push << 8) > scare)
            opposed[i] = speaks
            falsified[i] = would & (not speaks)

    @kernel
    def count(opposed, falsified, favoured, room, stratum, ahead, opposing, falsifying):
        for i in range(favoured.size):
            room[i] = favoured[i] > 0
        tally(room, stratum, ahead)
        tally(opposed, stratum, opposing)
        tally(falsified, stratum, falsifying)
