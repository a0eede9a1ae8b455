"""A scenario told so that somebody else can build it again: the seven elements of ODD, and a card of one page.

ODD is Overview, Design concepts, Details (Grimm and others 2020). What is the same for every scenario stands in
`prose/`, and the documentation's page on the model includes it from there. All else is read off the scenario, the cards
and the rules themselves: a rule is told by its own few lines, which are what runs.
"""

from goodstanding.odd.odd import Odd, odd

__all__ = ["Odd", "odd"]
