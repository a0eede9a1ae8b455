"""Around: sending along the ties gives each person the sums that fetching from everybody around would give."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from goodstanding.around import Mail, Sending, collect, look_for, send
from goodstanding.native import compiled
from goodstanding.society import Population, Society
from goodstanding.ties import Ties, partners

SHIFT = 40


def fetched(society: Population, board: Any, partner: Any, mask: int) -> list[int]:
    """The slow plain twin: each person asks everybody in the household and every open partner."""
    sums = []
    for i in range(society.people):
        head = i - int(society.columns["household_offset"][i])
        around = [m for m in range(head, head + int(society.columns["household_size"][i])) if m != i]
        for slot, row in enumerate(partner.T):
            if row[i] >= 0 and not (int(board[i]) | int(board[row[i]])) >> (SHIFT + slot) & 1:
                around.append(int(row[i]))
        sums.append(sum(int(board[other]) & mask for other in around))
    return sums


def showing(board: Any, mask: int) -> Any:
    """Those who show anything of the mask."""
    ones, many = np.zeros(board.size, np.int32), np.zeros(1, np.int64)
    compiled(look_for)(board, np.int64(mask), ones, many)
    return ones[: many[0]]


@pytest.mark.parametrize("people", [0, 1, 7, 8, 64, 1003])
@pytest.mark.parametrize("shows", [0.0, 0.02, 1.0])
def test_those_who_show_something_are_found(people: int, shows: float) -> None:
    chance = np.random.default_rng(people)
    board = ((chance.random(people) < shows) * chance.integers(0, 8, people)).astype(np.int64)
    assert showing(board, 0b110).tolist() == np.flatnonzero(board & 0b110).tolist()


@pytest.mark.parametrize("block", [64, 448, 4096])
@pytest.mark.parametrize("shows", [0.0, 0.02, 1.0])
def test_sent_is_fetched(block: int, shows: float) -> None:
    society, ties = Population(Society(people=4097), seed=1), Ties()
    partner, columns = np.ascontiguousarray(partners(society, ties).T), society.columns
    chance = np.random.default_rng(1)
    closed = chance.integers(0, 1 << 12, society.people) & chance.integers(0, 1 << 12, society.people)
    flags = chance.integers(0, 2, society.people) | chance.integers(0, 2, society.people) << 5
    board = (flags * (chance.random(society.people) < shows) | closed << SHIFT).astype(np.int64)
    mail = Mail(society.people, block)
    ones = showing(board, 0b11111_11111)
    sending = Sending(mail, send, [
        ones, np.array([ones.size]), board, partner, columns["household_offset"], columns["household_size"],
        np.int64(SHIFT), np.int64(0b11111_11111),
    ])  # fmt: skip
    for _ in range(2):  # a second month must not find the first one's messages
        sending()
    sums = np.empty(society.people, np.int64)
    for at, first in enumerate(range(0, society.people, block)):
        told = mail.to.value, mail.shown.value, mail.ends
        compiled(collect)(*told, np.int64(at), np.int64(first), sums[first : first + block])
    assert sums.tolist() == fetched(society, board, partner, 0b11111_11111)
    assert (sums.sum() > 0) == (shows > 0)


def test_closing_one_end_closes_the_tie() -> None:
    society, ties = Population(Society(people=500), seed=1), Ties()
    partner, columns = np.ascontiguousarray(partners(society, ties).T), society.columns
    one = next(i for i in range(500) if partner[i, 0] >= 0)
    other = int(partner[one, 0])
    for closer in (None, one, other):
        board = np.zeros(500, np.int64)
        board[one] = 1
        if closer is not None:
            board[closer] |= 1 << SHIFT
        mail = Mail(500, 512)
        ones = showing(board, 1)
        Sending(mail, send, [
            ones, np.array([ones.size]), board, partner, columns["household_offset"], columns["household_size"],
            np.int64(SHIFT), np.int64(1),
        ])()  # fmt: skip
        assert (other in mail.messages(0, "to")) == (closer is None)
