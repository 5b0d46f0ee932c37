"""Queries that say what stands behind a number, and the address of what they find."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from qualkit.workflow.screens import NOT_SET

__all__ = ["GROUPED", "link_to_query", "query_for", "query_looked_at"]

GROUPED = ("stakeholder_type", "speaker", "document", "kind", "coder", "round")
"""What groups can be made by and asked for in a query, each group exactly."""


def link_to_query(query: str) -> str:
    """Return the address of the page Retrieve with the answer to a query.

    Example:
        >>> link_to_query('code:"Low pay"')
        '/retrieve?query=code%3A%22Low+pay%22'
    """
    return f"/retrieve?{urlencode({'query': query})}"


def query_for(
    *codes: str,
    level: str = "code",
    by: str | None = None,
    group: str | None = None,
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    moderators: bool = False,
) -> str:
    """Return the query that finds what a finding counts.

    Args:
        codes: names; all of them have to be there.
        level: "theme" takes what is below a code, too; "code" the code alone.
        by: what makes groups, one of ``GROUPED``; None makes none.
        group: which of them; None takes all.
        coders: whose codings; None takes those that findings count.
        round_name: one round; None takes all.
        moderators: what moderators said counts.

    Example:
        >>> query_for("Low pay", by="stakeholder_type", group="Care worker")
        'code:"Low pay" stakeholder_type:"Care worker" NOT is:moderator'
        >>> query_for("Low pay", "Fees", coders=["Ana", "Ben"], moderators=True)[:51]
        '(code:"Low pay" (coder:"Ana" OR coder:"Ben")) (code'
    """
    whose = _whose(coders, round_name)
    wanted = [" ".join([f"{level}:{_quoted(code)}", *whose]) for code in codes]
    parts = [f"({one})" for one in wanted] if whose else wanted
    if by is not None and group is not None:
        parts.append(f"NOT has:{by}" if group == NOT_SET else f"{by}:{_quoted(group)}")
    return " ".join(parts if moderators else [*parts, "NOT is:moderator"])


def query_looked_at(
    *, coders: Sequence[str] | None = None, round_name: str | None = None, moderators: bool = False
) -> str:
    r"""Return the query that finds what was looked at, with a code or without.

    Args:
        coders: by whom; None takes everybody.
        round_name: one round; None takes all.
        moderators: what moderators said counts.

    Example:
        >>> print(query_looked_at(coders=['Jo "JJ" Roe'], round_name="main"))
        round:"main" coder:"Jo \"JJ\" Roe" is:reviewed NOT is:moderator
    """
    parts = [*_whose(coders, round_name), "is:reviewed"]
    return " ".join(parts if moderators else [*parts, "NOT is:moderator"])


def _whose(coders: Sequence[str] | None, round_name: str | None) -> list[str]:
    whose = [f"round:{_quoted(round_name)}"] if round_name else []
    if coders:
        any_of = " OR ".join(f"coder:{_quoted(name)}" for name in coders)
        whose.append(f"({any_of})" if len(coders) > 1 else any_of)
    return whose


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
