"""The world: what is true of people in one arm, this month.

Columns that more than one file uses are declared here, once; everything else is private to its mechanism. The engine
knows a column only by its declared attributes, never by its name.

A month is simultaneous. Inside a slot a name is this month's value and its maker runs first; `last_<name>` is last
month's. Across slots a reader that comes before the maker finds last month's value. `others_<name>` is what all
people did last month.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

RECORD, SEEN, TWIN, PENDING, REFUSED, FOUND = 1, 2, 4, 8, 16, 32
COPIES = {"record": RECORD, "seen": SEEN, "twin": TWIN}
"""Bits of `entry_flags`. record: what the scheme holds. seen: the same without entries about what the person did not
do. twin: what the same rules would hold on the acts of the same person in the world without the scheme. pending: under
review. refused: reviewed, and it stands. found: the person knows of it."""
TURNS = {
    FOUND: "learned of the entry",
    PENDING: "asked for a review of the entry",
    REFUSED: "was refused in the review of the entry",
}
"""What a life tells when one of these bits is set: it goes on after "the person"."""

OWN, TOLD, MISTAKEN, MISREAD, MALICIOUS, INVENTED, COPIED, MISCOPIED, FORGED = range(9)
"""Why an entry stands: one's own act as an agency recorded it, or as somebody told it; another person's act filed on
the wrong person; an act that nobody did, told in good faith, out of malice or for the reward; a copy of another
scheme's entry about what the person did, or did not do; one that an insider made up in the file itself."""
ORIGINS = (
    "done by the person and recorded by an agency",
    "done by the person and reported by somebody",
    "done by somebody else and filed on the wrong person",
    "done by nobody, and reported in good faith",
    "done by nobody, and reported out of malice",
    "done by nobody, and reported for the reward",
    "done by the person, and copied from the record of another scheme",
    "not done by the person, and copied from the record of another scheme",
    "done by nobody, and made up by an insider in the file itself",
)
"""The same in words."""
TRUE = 1 << OWN | 1 << TOLD | 1 << COPIED
"""The origins of entries about what the person did, one bit each."""
TIPS = 1 << TOLD | 1 << MISREAD | 1 << MALICIOUS | 1 << INVENTED
"""The origins of entries that somebody told."""
COPY = 1 << COPIED | 1 << MISCOPIED
"""The origins of entries that were copied from another scheme."""

ALL, VOICES, LIST = 1, 2, 4
"""What a scheme can give up, one bit each: itself, counting protected acts, its public list."""
GIVEN_UP = ("rating anybody", "counting protected acts", "its public list")
"""The same in words."""

MOST_MONTHS = 240


@dataclass(frozen=True, kw_only=True)
class Column:
    """One fact about every person, or one number of a scheme.

    scope: `society` (one, whatever the number of schemes), `scheme` (one for each) or `luck` (the same in every arm
    that shares the settings it is made from). kept: outlives the month. lagged: last month's can be read of everybody.
    combine: how several makers add to it (`or`, `max`, `add`); such a column, each copy of it, is cleared before its
    first maker.
    gate: people learn of it only in arms where the scheme is `known`, or `bites`. shown: bits on the public board;
    one bit is a flag that can be counted around a person. copies: one for each copy of the record. each: places a
    person. scalar: one number instead of one a person. begins: the constant it begins with, nought where empty. closes:
    its bits close ties. into: the society column that it is added to after the last slot of the month, bit by bit, so
    that whoever guards a person can still clear it.

    What a life tells of it (words.py): `bits` is what its bits stand for, or its value where a setting defines rows of
    that name, such as classes. `says` goes on after "the person" when it comes, `ends` when it goes, with `{now}`,
    `{added}` and `{dropped}` put into words; without `says` it stands among all changes alone. burden: it is
    done to a person and weighs on them, so that a life asks for its causes.
    """

    dtype: str
    label: str
    unit: str = ""
    scope: str = "society"
    kept: bool = False
    lagged: bool = False
    combine: str = ""
    gate: str = ""
    shown: int = 0
    copies: bool = False
    each: int = 1
    scalar: bool = False
    begins: str = ""
    closes: bool = False
    into: str = ""
    bits: str = ""
    says: str = ""
    ends: str = ""
    burden: bool = False

    @property
    def anybodys(self) -> bool:
        """True where who games or guards can make it too: a sum to which they add, or what lasts and is theirs."""
        return self.combine == "add" or (self.kept and not self.combine)


COLUMNS: dict[str, Column] = {
    # what people do, know and have
    "acts": Column(
        dtype="int64", label="what the person did this month, one bit an act", lagged=True, combine="or",
        bits="acts", says="did this: {added}",
    ),
    "salience": Column(dtype="uint8", label="how much the scheme is on the person's mind", unit="0 to 255", kept=True),
    "cushion": Column(dtype="int16", label="savings", unit="percent of a month's needs", kept=True),
    "paid": Column(dtype="int16", label="paid back this month", unit="percent of a month's needs"),
    "strain": Column(dtype="uint8", label="how hard it is to get by", unit="0 to 255"),
    "care": Column(dtype="uint8", label="how much the person avoids what costs points", unit="0 to 255", kept=True),
    "threat": Column(dtype="uint16", label="how much the loss of points threatens the person", unit="65025ths"),
    "unseen": Column(dtype="int64", label="of a threat, what holds for acts that nobody would notice", scalar=True),
    "spoke": Column(dtype="uint8", label="spoke up in public this month", shown=1),
    "held": Column(
        dtype="uint8", label="would speak up but for fear of the score",
        says="had something to say, and held their tongue for fear of the score",
    ),
    "approval": Column(dtype="uint8", label="what one thinks of being rated", unit="0 to 255", kept=True),
    "opposed": Column(
        dtype="uint8", label="says openly that rating should end", shown=1,
        says="said openly that rating should end", ends="no longer said openly that rating should end",
    ),
    "falsified": Column(
        dtype="uint8", label="says what one does not think, in favour of being rated",
        says="spoke in favour of being rated and did not think so", ends="no longer spoke in favour of being rated",
    ),
    # what people do to each other
    "closed": Column(
        dtype="uint16", label="ties the person keeps closed, one bit a slot",
        kept=True, shown=16, begins="dormant", closes=True, bits="ties",
    ),
    "cut": Column(
        dtype="uint16", label="ties the person cut this month because of a list, one bit a slot", bits="ties",
    ),
    "formed": Column(dtype="uint16", label="ties the person opened this month, one bit a slot", bits="ties"),
    "spurned": Column(dtype="uint8", label="income lost as others refuse to deal", unit="256ths of income"),
    "mindful": Column(dtype="uint8", label="has the scheme in mind", shown=1),
    "offended": Column(dtype="uint8", label="did something that people are asked to report", shown=1),
    "accuses": Column(
        dtype="uint8", label="is about to accuse somebody falsely: 1 in good faith, 2 out of malice, 3 for the reward",
        shown=2,
    ),
    "reported": Column(
        dtype="int64", label="reports about the person this month, five bits a motive", bits="reports",
    ),
    "bounty_won": Column(
        dtype="int16", label="rewards for reports this month", unit="percent of a month's needs", kept=True,
        says="was paid {now} for reports",
    ),
    "drained": Column(
        dtype="int16", label="paid to get round a scheme, or lost through it", unit="percent of a month's needs",
        kept=True, combine="add", gate="known",
    ),
    # what people get to feel of schemes, all of them together
    "told": Column(
        dtype="uint8", label="own standing as one is told: 0 no scheme, 1 the best class, 2 the next, …",
        kept=True, combine="max", gate="known",
    ),
    "counted": Column(
        dtype="int64", label="acts that cost points or money, one bit each",
        scalar=True, combine="or", gate="known", bits="acts",
    ),
    "hotline": Column(
        dtype="int64", label="acts that people are asked to report, one bit each",
        scalar=True, combine="or", gate="known", bits="acts",
    ),
    "bounty": Column(
        dtype="int64", label="reward for a report", unit="percent of a month's needs",
        scalar=True, combine="max", gate="known",
    ),
    "barred": Column(
        dtype="uint16", label="domains the person is barred from, one bit each",
        kept=True, combine="or", gate="bites", bits="domains",
        says="was barred from {added}", ends="was no longer barred from {dropped}",
    ),
    "favoured": Column(
        dtype="uint16", label="domains in which the person comes first, one bit each",
        kept=True, combine="or", gate="bites", bits="domains",
        says="came first for {added}", ends="no longer came first for {dropped}",
    ),
    "fined": Column(
        dtype="int16", label="fines due from the person", unit="percent of a month's needs",
        kept=True, combine="add", gate="bites", says="owed a fine of {now}", burden=True,
    ),
    "surcharged": Column(
        dtype="int16", label="what other prices add to what the person spends", unit="percent of a month's needs",
        kept=True, combine="add", gate="bites",
    ),
    "listed": Column(
        dtype="uint8", label="named on a public list", kept=True, combine="or", gate="bites", shown=1,
        says="was named on a public list", ends="was named on no public list any more",
    ),
    # what schemes let each other know
    "passed_on": Column(
        dtype="int64", label="acts that schemes have passed on and the person did, one bit each", kept=True,
        combine="or",
    ),
    "passed_groundless": Column(
        dtype="int64", label="acts passed on for which the conduct without any scheme gives no ground, one bit each",
        kept=True, combine="or",
    ),
    # what one scheme works with
    "wanted": Column(
        dtype="int64", label="acts the scheme keeps a record of, one bit each",
        scope="scheme", scalar=True, combine="or", bits="acts",
    ),
    "losing": Column(
        dtype="int64", label="acts that cost points or money with this scheme, one bit each",
        scope="scheme", scalar=True, combine="or", bits="acts",
    ),
    "earning": Column(
        dtype="int64", label="acts that earn points with this scheme, one bit each",
        scope="scheme", scalar=True, combine="or", bits="acts",
    ),
    "given_up": Column(
        dtype="int64", label="what the scheme has given up, one bit each", scope="scheme", scalar=True, combine="or",
        bits="given up", says="saw the scheme give up {added}",
    ),
    "reviews": Column(
        dtype="uint8", label="somebody decides appeals against entries", scope="scheme", scalar=True, combine="or",
    ),
    "decisions": Column(
        dtype="int64", label="what officers decided this month on entries about the person, seven bits a kind",
        scope="scheme", combine="add",
    ),
    "had_stood": Column(
        dtype="int64", label="how long the false entries struck this month had stood, added up", unit="months",
        scope="scheme", combine="add",
    ),
    "retuned": Column(
        dtype="int64", label="points by which the cut-offs have been raised", unit="points", scope="scheme",
        scalar=True, combine="add",
    ),
    "outside": Column(
        dtype="uint8", label="stands outside the scheme: nothing is filed, nothing follows", scope="scheme", kept=True,
        says="stood outside the scheme", ends="was inside the scheme",
    ),
    "unknowing": Column(dtype="uint8", label="is in the scheme and does not know it", scope="scheme", kept=True),
    "fixed_term": Column(
        dtype="uint8", label="an entry about the person ends at a term of its own", scope="scheme", kept=True,
    ),
    "loyalty": Column(
        dtype="uint8", label="custom with whoever rates the person", unit="0 to 255", scope="scheme", kept=True,
    ),
    "looks_around": Column(
        dtype="uint8", label="the scores of the people around count", scope="scheme", scalar=True, combine="or",
    ),
    "hollow": Column(dtype="uint8", label="friends who are nobody", unit="people", scope="scheme", kept=True),
    "leaked": Column(dtype="uint8", label="the file is out", scope="scheme", kept=True, says="had their file leaked"),
    "claimed": Column(
        dtype="int32", label="what the scheme newly says the person was overpaid", unit="percent of a month's needs",
        scope="scheme", combine="add", says="was said to have been overpaid {now}", burden=True,
    ),
    "overpaid": Column(
        dtype="int32", label="what of it the person really was", unit="percent of a month's needs",
        scope="scheme", combine="add",
    ),
    "touched": Column(dtype="uint8", label="picked by a probe", scope="scheme", kept=True),
    "score": Column(dtype="int32", label="score", unit="points", scope="scheme", copies=True),
    "standing": Column(
        dtype="uint8", label="class, 0 the best", scope="scheme", copies=True,
        bits="classes", says="was put into class {now}", ends="was put into class {now}",
    ),
    "restricted": Column(
        dtype="uint16", label="domains the scheme bars the person from",
        scope="scheme", copies=True, combine="or", gate="bites", into="barred", bits="domains", burden=True,
    ),
    "family_barred": Column(
        dtype="uint16", label="domains the scheme bars the person from for the sake of a parent or partner",
        scope="scheme", gate="bites", into="barred", bits="domains", burden=True,
    ),
    "pushed_back": Column(
        dtype="uint16", label="domains for which the person waits, and would not if places went by lot",
        scope="scheme", gate="bites", into="barred", bits="domains",
    ),
    "condemned": Column(
        dtype="uint8", label="stands so low that the family is drawn in", scope="scheme", gate="bites", shown=1,
    ),
    "rewarded": Column(
        dtype="uint16", label="domains in which the scheme puts the person first",
        scope="scheme", copies=True, gate="bites", into="favoured", bits="domains",
    ),
    "published": Column(
        dtype="uint8", label="named on the scheme's public list", scope="scheme", gate="bites", into="listed",
        burden=True,
    ),
}  # fmt: skip


def called(name: str) -> str:
    """A shared column, or the table of entries, in words."""
    return re.split("[,:]", COLUMNS[name].label)[0] if name in COLUMNS else "entries about people"


ENTRY: dict[str, str] = {"person": "int32", "act": "uint8", "month": "uint8", "origin": "uint8", "flags": "uint8"}
"""A dated entry of a scheme's record, 8 bytes: the person's place in the block, the act as it was (a scheme sees what
`act_seen_as` makes of it), the month, why it stands, and the copies it stands in."""
