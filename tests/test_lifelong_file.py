"""The lifelong file: what the last reader found decides, against a plain and slow twin; and nobody is told."""

from __future__ import annotations

import numpy as np
import worlds
from worlds import columns, record

from goodstanding.acts import ACTS
from goodstanding.engine import Engine
from goodstanding.world import RECORD

GRAVE = 35


def test_what_was_in_the_file_when_it_was_last_read_decides() -> None:
    told = {
        "months": 30,
        "society": {"people": 1200},
        "conduct": {"everyday_acts": {"level": 400}, "voice": {"occasion": 0.5}},
        "schemes": {
            "file": {
                "observation": {"agencies": {"coverage": 0.8, "misattribution": 0.02}},
                "scoring": {"lifelong_file": {"classes": {"clean": 0, "marked": -1}, "reading": 0.1, "political": 0.5}},
                "sanctions": {"restrictions": {"domains": {"marked": ["jobs"]}}},
            }
        },
    }
    engine, ever, spared = Engine(worlds.read(told), 5, 5, arms=["full"]), 0, 0
    for month in range(30):
        engine.step()
        here, due = columns(engine, "full"), np.zeros(engine.people, bool)
        filed, reader, opened = (here[f"file.lifelong_file.{name}"] for name in ("filed", "reader", "opened"))
        for person, act, when, _, flags in record(engine, "full", "file").tolist():
            weighs = ACTS[act].gravity >= GRAVE or (ACTS[act].protected and reader[person] == 2)
            if flags & RECORD and filed[person] and reader[person] and weighs:
                due[person] |= when <= opened[person]
                spared += when > opened[person]
        assert ((here["barred"] > 0) == due).all(), month
        assert "told" not in here, "nobody is told"
        ever += int(due.sum())
    assert ever > 100 and spared, "what was entered since waits for the next reader"
    assert engine.traits["schooling"][filed == 1].mean() > 0.3 and not filed[engine.traits["age"] == 0].any()
