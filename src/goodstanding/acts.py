"""What people do in this society, whether or not anybody scores it.

An act is a kind of conduct: paying late, running a red light, writing a petition, helping a neighbour. Its code is
its place in `ACTS`, one bit in a set of 64 a month, so new acts are added at the end. A scheme's table says which acts
it counts and for how much; what an act is, how grave and how visible, is said here once and for every scheme.

How often an act happens. `rate` holds for an adult without strain, of average integrity and conviction (128 of 255)
who fears nothing from a scheme; ordinary law is already in it. Four weights from 0 to 255 say what moves the chance,
each as a factor of its own:

* `strain` in 64ths: full strain multiplies by 1 + weight / 64, no strain by 1 (64 doubles, 128 trebles);
* `integrity` in 256ths: the least honest person by 1 + weight / 256, the most honest by 1 - weight / 256. For what
  is kind (domain help) a high weight has the opposite sign and `kind` is true;
* `conviction` in 256ths: the most convinced by 1 + weight / 256, the least by 1 - weight / 256;
* `caution` in 256ths: a full threat, felt by the most cautious, by 1 - weight / 256. Nought means that no threat can
  deter it, as with those who cannot pay.

Everyday acts follow them. For acts made by `voice` the rates say which form speaking up takes, and its own settings say
how often; for those made by `borrowing`, ability decides and the rate is only the order of magnitude that the defaults
should come to. Neither has weights.

`gravity` is harm to others on a scale of our own from 0 to 100; it is nought for protected acts and for kind ones.
Those who cannot pay harm their creditor as much as those who will not: inability bears on blame, not on harm.
`protected` names the article of the ICCPR. Nobody published these numbers as a set; most are assumed and say why.
`RELATED` says which acts have to do with which sanctions and `WEIGHT` what these weigh; both are assumed too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from goodstanding.card import exactly, rows_named, scaled, table
from goodstanding.errors import InvalidInput, nearest, plain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PLACES = 64

#: What an act is about.
DOMAINS = {
    "credit": "loans and their repayment",
    "courts": "judgments and their performance",
    "bills": "water, power and fees",
    "tax": "taxes",
    "family": "parents, children and partners",
    "traffic": "conduct on the road",
    "transport": "buses and trains",
    "platform": "conduct on a commercial platform",
    "trade": "buying, selling and cheating",
    "neighbourhood": "living side by side",
    "civic": "duties to village, street or state",
    "work": "conduct at work",
    "harm": "harm done to a person",
    "leisure": "pastimes",
    "privacy": "keeping one's own affairs to oneself",
    "speech": "saying what one thinks",
    "petition": "asking the authorities for redress",
    "assembly": "coming together in public",
    "association": "forming and joining groups",
    "help": "good done to others",
}

#: In what a scheme may bar people.
SANCTION_DOMAINS = {
    "licence": "a licence to trade or practise",
    "jobs": "employment",
    "welfare": "social relief and minimum-income aid",
    "vetting": "political vetting: public service, Party, army",
    "credit": "loans and cards",
    "school": "a place at a school",
    "travel": "air and fast rail tickets",
    "housing": "buying or renting a home",
    "leisure": "hotels, clubs and holidays",
    "honours": "awards and titles",
    "business": "founding or leading a firm, subsidy and public orders",
    "association": "founding or leading a group",
    "insurance": "insurance with a high premium",
    "internet": "internet access and accounts",
    "exit": "leaving the country",
    "platform": "the service of a commercial platform",
}

#: What an act of a domain has to do with, among what people may be barred from: the same debt, trade or service. To
#: drive is not to trade, and protected acts are related to nothing. Assumed; who says otherwise sets another table.
RELATED = {
    "credit": ["credit", "business"],
    "courts": ["credit", "business", "exit"],
    "bills": ["credit"],
    "tax": ["licence", "business"],
    "family": [],
    "traffic": [],
    "transport": ["travel"],
    "platform": ["platform"],
    "trade": ["licence", "business", "platform"],
    "neighbourhood": ["housing"],
    "civic": ["honours"],
    "work": ["jobs"],
    "harm": ["vetting"],
    "leisure": ["leisure"],
    "privacy": [],
    "speech": [],
    "petition": [],
    "assembly": [],
    "association": [],
    "help": [],
}

#: Harm of a month without a domain, on the scale of the acts' gravity: what feeds people weighs most. Assumed too.
WEIGHT = {
    "licence": 40,
    "jobs": 40,
    "welfare": 50,
    "vetting": 15,
    "credit": 15,
    "school": 30,
    "travel": 10,
    "housing": 25,
    "leisure": 3,
    "honours": 2,
    "business": 20,
    "association": 15,
    "insurance": 5,
    "internet": 15,
    "exit": 20,
    "platform": 3,
}

#: Both as settings, for every card that asks what fits an act and what does not.
RELATION: Any = table(
    RELATED, keys="act_domains", among=tuple(SANCTION_DOMAINS), otherwise=(), unit="names", prior=exactly(),
    help="what an act of a domain has to do with",
    source="assumed", because="the same debt, trade or service; protected acts are related to nothing",
)  # fmt: skip
HARM: Any = table(
    WEIGHT, keys="sanction_domains", low=0, high=100, unit="count", prior=scaled(0.5, 2),
    help="harm of a month without a domain, on the scale of the acts' gravity",
    source="assumed", because="what feeds people weighs most; there is no agreed scale, so it may be off by two",
)  # fmt: skip

ARTICLES = {"17": "privacy and family", "19": "opinion and expression", "21": "assembly", "22": "association"}
MAKERS = ("everyday", "borrowing", "voice")
PATHS = ("", "livelihood", "grievance", "tie")


@dataclass(frozen=True, kw_only=True)
class Act:
    """One kind of conduct: what it is, whom it harms, who can see it and what brings it about.

    `detectability` is the share that a record-keeper with full coverage would notice; `rate` counts acts among 1,000
    adults in a month. `seen_as` names the act that an observer takes it for (empty: itself); `path` is the way in
    which a scheme can bring the act about (livelihood, grievance, tie; empty: none).
    """

    key: str
    label: str
    domain: str
    gravity: int = 0
    protected: str = ""
    detectability: float
    rate: float
    strain: int = 0
    integrity: int = 0
    conviction: int = 0
    caution: int = 0
    kind: bool = False
    maker: str = "everyday"
    seen_as: str = ""
    path: str = ""
    origin: str = "society"
    source: str = "assumed"
    mark: str = "assumed"
    because: str


ACTS: tuple[Act, ...] = (
    # credit, courts, bills, tax
    Act(
        key="missed_loan_payment", label="missing a loan payment while able to pay", domain="credit",
        gravity=20, detectability=0.95, rate=2, maker="borrowing",
        because="lenders book nearly every missed payment; we suppose that most who miss one could not pay",
    ),
    Act(
        key="missed_loan_payment_unable", label="missing a loan payment for want of money", domain="credit",
        gravity=20, detectability=0.95, rate=6, maker="borrowing", seen_as="missed_loan_payment",
        path="livelihood",
        because="a fifth of adults in debt and one instalment in fifty beyond their means; a lender sees no difference",
    ),
    Act(
        key="ignored_judgment", label="refusing to perform a court judgment while able to", domain="courts",
        gravity=35, detectability=0.8, rate=0.1, strain=32, integrity=200, caution=160,
        source="assumed", mark="assumed",
        because="6.73 million listed by February 2017, in 40 months, among some 1.05 billion adults: 0.16, "
        "firms included, of which we suppose that three in five were able",
    ),
    Act(
        key="ignored_judgment_unable", label="failing a court judgment for want of money", domain="courts",
        gravity=35, detectability=0.8, rate=0.06, strain=255, seen_as="ignored_judgment", path="livelihood",
        source="assumed", mark="assumed",
        because="the other two in five of the 0.16 listed among 1,000 adults in a month; the split is assumed",
    ),
    Act(
        key="unpaid_bill", label="leaving a water or power bill unpaid while able to pay", domain="bills",
        gravity=5, detectability=0.95, rate=8, strain=32, integrity=160, caution=200,
        because="utilities book nearly every arrear; about one household in fifty late in a month",
    ),
    Act(
        key="unpaid_bill_unable", label="leaving a water or power bill unpaid for want of money", domain="bills",
        gravity=5, detectability=0.95, rate=3, strain=255, seen_as="unpaid_bill", path="livelihood",
        because="rare without strain, four to five times as frequent under full strain",
    ),
    Act(
        key="tax_evasion", label="hiding income from the tax office", domain="tax",
        gravity=25, detectability=0.1, rate=2, strain=32, integrity=200, caution=160, path="livelihood",
        because="few adults of a poor county owe tax on income; most of what is hidden is never found",
    ),
    # family
    Act(
        key="neglect_of_parents", label="leaving old parents without support", domain="family",
        gravity=45, detectability=0.1, rate=0.5, strain=96, integrity=160, caution=96, path="tie",
        because="it happens at home and is known mostly where a parent complains",
    ),
    Act(
        key="extra_child", label="having a child beyond the quota", domain="family",
        protected="17", detectability=0.9, rate=0.2, conviction=32, caution=64,
        because="some 1.3 births among 1,000 adults in a month, one in six beyond the quota; births are registered",
    ),
    Act(
        key="domestic_violence", label="hitting a partner or a child", domain="family",
        gravity=75, detectability=0.04, rate=1.5, strain=96, integrity=200, caution=64, path="tie",
        because="far fewer cases become known than surveys tell of; kept low, as one act a month counts once",
    ),
    # traffic, transport, platform
    Act(
        key="drunk_driving", label="driving drunk", domain="traffic",
        gravity=60, detectability=0.03, rate=1.5, integrity=160, caution=160,
        because="a small share of adults drove in 2010, and roadside checks stop few of them",
    ),
    Act(
        key="red_light", label="running a red light", domain="traffic",
        gravity=15, detectability=0.04, rate=30, integrity=96, caution=200,
        because="common on foot and on two wheels; only crossings with a camera or an officer notice",
    ),
    Act(
        key="fare_evasion", label="riding without a ticket", domain="transport",
        gravity=4, detectability=0.1, rate=6, strain=96, integrity=160, caution=200, path="livelihood",
        because="buses are few in a county; inspectors meet about one rider in ten",
    ),
    Act(
        key="bike_misparking", label="leaving a shared bicycle where it is in the way", domain="platform",
        gravity=2, detectability=0.2, rate=12, integrity=96, caution=160,
        because="a rider's slip; seen where other riders or wardens report it",
    ),
    Act(
        key="fake_review", label="writing a false review for money", domain="platform",
        gravity=8, detectability=0.15, rate=2, strain=64, integrity=200, caution=128, path="livelihood",
        because="a trade of few people, each of whom does it month after month",
    ),
    # trade
    Act(
        key="illegal_stall", label="selling from a stall without a permit", domain="trade",
        gravity=3, detectability=0.5, rate=4, strain=160, caution=96, path="livelihood",
        because="it stands in the open street and is driven by want of other work",
    ),
    Act(
        key="counterfeit_sale", label="selling fake or unsafe goods", domain="trade",
        gravity=30, detectability=0.1, rate=1, strain=64, integrity=200, caution=128, path="livelihood",
        because="few sellers, few inspections",
    ),
    Act(
        key="fraud", label="cheating somebody out of money", domain="trade",
        gravity=60, detectability=0.2, rate=0.3, strain=64, integrity=240, caution=128, path="livelihood",
        because="of the order of frauds told to the police and as many again untold",
    ),
    # neighbourhood, civic, work
    Act(
        key="noise", label="noise at night", domain="neighbourhood",
        gravity=6, detectability=0.2, rate=12, integrity=96, caution=128,
        because="it becomes known where a neighbour complains",
    ),
    Act(
        key="littering", label="dropping litter", domain="neighbourhood",
        gravity=3, detectability=0.02, rate=50, integrity=128, caution=128,
        because="one adult in twenty who does so often enough to be counted in a month; hardly ever seen",
    ),
    Act(
        key="illegal_building", label="building without a permit", domain="neighbourhood",
        gravity=10, detectability=0.6, rate=0.4, integrity=96, caution=128,
        because="rare, slow and visible from the street",
    ),
    Act(
        key="skipped_duty", label="staying away from a communal duty", domain="civic",
        gravity=3, detectability=0.7, rate=5, strain=48, integrity=64, caution=160,
        because="village work and meetings keep lists of who came",
    ),
    Act(
        key="workplace_absence", label="staying away from work without leave", domain="work",
        gravity=4, detectability=0.8, rate=8, strain=48, integrity=96, caution=200, path="tie",
        because="about one worker in a hundred in a month; employers count their people",
    ),
    # harm, leisure
    Act(
        key="petty_theft", label="stealing something small", domain="harm",
        gravity=25, detectability=0.1, rate=1.5, strain=128, integrity=240, caution=128, path="livelihood",
        because="most small thefts are never told, fewer are solved",
    ),
    Act(
        key="assault", label="hurting somebody in a fight", domain="harm",
        gravity=65, detectability=0.3, rate=0.4, strain=64, integrity=200, caution=64, path="grievance",
        because="rare, and known where the victim or a hospital tells",
    ),
    Act(
        key="public_insult", label="insulting a person in public", domain="harm",
        gravity=10, detectability=0.1, rate=5, strain=32, integrity=160, caution=128, path="grievance",
        because="quarrels are common and become known where somebody complains",
    ),
    Act(
        key="gambling", label="gambling for money", domain="leisure",
        gravity=5, detectability=0.05, rate=6, strain=32, integrity=96, caution=96,
        because="a private pastime, now and then raided",
    ),
    # protected: privacy, speech, petition, assembly, association
    Act(
        key="withheld_data", label="declining to give personal data", domain="privacy",
        protected="17", detectability=0.6, rate=2, conviction=160, caution=200, path="grievance",
        because="few refuse where a form is part of a service; the form shows the gap",
    ),
    Act(
        key="online_criticism", label="criticising officials or policy online", domain="speech",
        protected="19", detectability=0.5, rate=4, maker="voice", path="grievance",
        because="a minority of adults was online in a county of 2010, and few of them wrote about politics",
    ),
    Act(
        key="shared_news", label="passing on news that officials would rather not see", domain="speech",
        protected="19", detectability=0.3, rate=6, maker="voice", path="grievance",
        because="passing on is easier than writing and harder to trace",
    ),
    Act(
        key="petition", label="handing in a petition", domain="petition",
        protected="19", detectability=0.95, rate=0.6, maker="voice",
        path="grievance",
        because="some ten million petitions a year among a billion adults is 0.8; the office books every one",
    ),
    Act(
        key="repeated_petitioning", label="petitioning again about the same matter", domain="petition",
        protected="19", detectability=0.95, rate=0.2, maker="voice",
        path="grievance",
        because="we suppose one petition in four to be a repeat",
    ),
    Act(
        key="gathering", label="taking part in a peaceful gathering", domain="assembly",
        protected="21", detectability=0.6, rate=0.3, maker="voice", path="grievance",
        because="rare in a county, and watched",
    ),
    Act(
        key="besieging_office", label="sitting in peacefully at a government office", domain="assembly",
        protected="21", detectability=0.95, rate=0.1, maker="voice",
        path="grievance",
        because="the last step of a few petitioners; schemes call it besieging, we keep their word as the key",
    ),
    Act(
        key="joining_association", label="joining an association that is not registered", domain="association",
        protected="22", detectability=0.3, rate=0.6, maker="voice", path="tie",
        because="joining happens once in years and leaves a trace on some lists",
    ),
    Act(
        key="organising_colleagues", label="organising colleagues at work", domain="association",
        protected="22", detectability=0.4, rate=0.1, maker="voice",
        path="grievance",
        because="a few organisers among thousands of workers; colleagues and managers hear of it",
    ),
    # help
    Act(
        key="volunteering", label="working for the common good without pay", domain="help",
        detectability=0.5, rate=8, integrity=128, kind=True, path="tie",
        because="organised volunteering of about one adult in a hundred in a month; only the organised is recorded",
    ),
    Act(
        key="blood_donation", label="giving blood", domain="help",
        detectability=1.0, rate=0.9, integrity=96, kind=True,
        because="about one donation a year among a hundred adults; blood banks record every one",
    ),
    Act(
        key="helping_neighbour", label="helping a neighbour in need", domain="help",
        detectability=0.02, rate=25, integrity=128, kind=True, path="tie",
        because="common, and hardly ever written down",
    ),
    Act(
        key="donation", label="giving money to those in need", domain="help",
        detectability=0.3, rate=8, integrity=128, kind=True,
        because="collections at work or in the village are recorded, the rest is not",
    ),
    Act(
        key="bravery", label="risking oneself to save somebody", domain="help",
        detectability=0.5, rate=0.02, integrity=64, kind=True,
        because="a few cases a year in a town of ten thousand; half of them become known",
    ),
    Act(
        key="national_award", label="receiving a national award", domain="help",
        detectability=1.0, rate=0.001, integrity=64, kind=True,
        because="about one a year among eighty thousand adults",
    ),
)  # fmt: skip

ACT_KEYS: tuple[str, ...] = tuple(act.key for act in ACTS)
rows_named("acts", lambda: ACT_KEYS)
rows_named("everyday acts", lambda: {act.key: k for k, act in enumerate(ACTS) if act.maker == "everyday"})
rows_named("acts as seen", lambda: {act.key: k for k, act in enumerate(ACTS) if not act.seen_as})
rows_named("act_domains", lambda: tuple(DOMAINS))
rows_named("sanction_domains", lambda: tuple(SANCTION_DOMAINS))


def code(key: str) -> int:
    """The place of an act in the catalogue, which is its bit in a month's set. Raises InvalidInput for no act."""
    if key not in ACT_KEYS:
        raise InvalidInput(
            f"acts: '{plain(key)}' is none of the acts; allowed are those of `goodstanding list acts`"
            f"{nearest(key, ACT_KEYS)}"
        )
    return ACT_KEYS.index(key)


@cache
def arrays() -> dict[str, NDArray[np.int64]]:
    """The catalogue as look-up tables of 64 places for kernels; places without an act are noughts, seen as themselves.

    Shares are thresholds on 2^32. `act_integrity` is negative for kind acts, so that one formula serves both.
    `act_protected` has a bit for each of `ARTICLES`, in that order; `act_domain`, `act_path` and `act_maker` are
    places in `DOMAINS`, `PATHS` and `MAKERS`.
    """
    import numpy as np

    columns: dict[str, Any] = {
        "act_gravity": [act.gravity for act in ACTS],
        "act_protected": [sum((article == act.protected) << b for b, article in enumerate(ARTICLES)) for act in ACTS],
        "act_detectability": [round(act.detectability * 2**32) for act in ACTS],
        "act_rate": [round(act.rate / 1000 * 2**32) for act in ACTS],
        "act_strain": [act.strain for act in ACTS],
        "act_integrity": [-act.integrity if act.kind else act.integrity for act in ACTS],
        "act_conviction": [act.conviction for act in ACTS],
        "act_caution": [act.caution for act in ACTS],
        "act_seen_as": [code(act.seen_as or act.key) for act in ACTS],
        "act_domain": [list(DOMAINS).index(act.domain) for act in ACTS],
        "act_path": [PATHS.index(act.path) for act in ACTS],
        "act_maker": [MAKERS.index(act.maker) for act in ACTS],
    }
    tables = {name: np.zeros(PLACES, dtype=np.int64) for name in columns}
    tables["act_seen_as"][:] = np.arange(PLACES)
    for name, values in columns.items():
        tables[name][: len(ACTS)] = values
    return tables
