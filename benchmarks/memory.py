"""Memory: bytes a person and arm by column, bytes an entry, and what a process really takes."""

from __future__ import annotations

import resource
import sys

from _bench import ARMS, SCENARIO, SPINE, child, tell

from goodstanding.engine import Engine
from goodstanding.scenario import read
from goodstanding.society import Population
from goodstanding.ties import partners
from goodstanding.world import RECORD, SEEN, TWIN

SMALL, LARGE, MONTHS = 100_000, 1_000_000, 12


def columns(engine: Engine) -> list[tuple[str, str, str]]:
    """Bytes a person of every lasting column, in each arm."""
    bytes_of = {
        world.name: {".".join(filter(None, key)): column.nbytes / engine.people for key, column in world.state.items()}
        | {"public board, both months": world.board.nbytes / engine.people}
        for world in engine.worlds
    }
    names = sorted({name for held in bytes_of.values() for name in held})
    rows = [
        (f"bytes a person: {name}", ", ".join(f"{h[name]:g} in {arm}" for arm, h in bytes_of.items() if name in h), "")
        for name in names
    ]
    totals = {arm: sum(held.values()) for arm, held in bytes_of.items()}
    told = ", ".join(f"{total:g} in {arm}" for arm, total in totals.items())
    return [*rows, ("bytes a person and arm, together", told, "")]


def spine() -> tuple[str, str, str]:
    """The same sum for the ten mechanisms of the spine."""
    scenario = read(SPINE.scenario, people=1_000, months=2)
    engine = Engine(scenario, 0, 0, arms=SPINE.arms, observe=SPINE.observe)
    return ("the spine alone", *columns(engine)[-1][1:2], "at most 45")


def entries(engine: Engine) -> list[tuple[str, str, str]]:
    """Bytes an entry, as declared and with the room kept for more."""
    blocks = [block for world in engine.worlds for scheme in world.entries.values() for block in scheme]
    live = sum(int(((block.view("flags") & (RECORD | SEEN | TWIN)) != 0).sum()) for block in blocks)
    room = sum(column.nbytes for block in blocks for column in block.columns.values())
    declared = sum(column.itemsize for column in blocks[0].columns.values())
    return [
        ("bytes an entry", f"{declared}", "8"),
        (f"live entries a person in full after {MONTHS} months", f"{live / engine.people:.2f}", ""),
        ("bytes a live entry with the room kept for more", f"{room / max(1, live):.1f}", ""),
    ]


def peak(what: str, people: int) -> int:
    """Greatest resident bytes of a process that makes a society and, for `run`, lets it live."""
    return int(child(__file__, "--child", what, str(people)).stdout)


def in_a_process(what: str, people: int) -> None:
    """What such a process does."""
    scenario = read(SCENARIO, people=people, months=MONTHS)
    if what == "run":
        engine = Engine(scenario, 0, 0, arms=ARMS)
        for _ in range(MONTHS):
            engine.step()
    else:
        society = Population(scenario.society, 0)
        partners(society, scenario.ties)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def main() -> None:
    engine = Engine(read(SCENARIO, people=SMALL, months=MONTHS), 0, 0, arms=ARMS)
    for _ in range(MONTHS):
        engine.step()
    rows = [*columns(engine), spine(), *entries(engine)]
    found = {(what, people): peak(what, people) for what in ("run", "society") for people in (SMALL, LARGE)}
    each = {what: (found[what, LARGE] - found[what, SMALL]) / (LARGE - SMALL) for what in ("run", "society")}
    for people in (SMALL, LARGE):
        rows.append((f"peak of a process, {people:,} people, MB", f"{found['run', people] / 1e6:.0f}", ""))
    rows.append(("bytes a further person: society and ties alone", f"{each['society']:.0f}", ""))
    rows.append(("bytes a further person: everything, two arms", f"{each['run']:.0f}", ""))
    rows.append((
        "bytes a further person and arm, society and ties apart (entries, mail and counts with it)",
        f"{(each['run'] - each['society']) / len(ARMS):.0f}", "",
    ))  # fmt: skip
    tell("Memory", ("what", "measured", "goal"), rows, f"Scenario {SCENARIO}, arms {' and '.join(ARMS)}.")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        in_a_process(sys.argv[2], int(sys.argv[3]))
    else:
        main()
