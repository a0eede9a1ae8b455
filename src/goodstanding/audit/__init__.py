"""The audit: what a run raises under the yardsticks of the law, as flags and never as a verdict.

A yardstick is one YAML file of this folder, found and not listed: what it asks, with which numbers of a run, and from
which threshold on a flag is raised. An indicator says "flag" or "this model cannot tell". There is no third answer
and no grade: a model in which nothing is flagged shows nothing about a real system, which is why the audit never
comes without the page "what this cannot show".
"""

from goodstanding.audit.audit import Audit, audit

__all__ = ["Audit", "audit"]
