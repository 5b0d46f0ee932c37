"""Any sequence of what people do to a document, its codings and its codes equals a simple model.

``QUALKIT_EXPLORE=1`` tries many more, other ones each time.
"""

from __future__ import annotations

import os
import random
import string
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from qualkit.errors import RefusedError
from qualkit.model import Code, Codebook
from qualkit.workflow.project import create_project, open_project

EXPLORE = bool(os.environ.get("QUALKIT_EXPLORE"))
CODERS = ("Ana", "Ben")
ACTORS = (*CODERS, "qualkit")
TURNS = (("Ann Lee", 9), ("Ann Lee", 3), ("Bob Hart", 8), ("Ann Lee", 4))
ANY = st.integers(0, 11)
Fact = tuple[Any, ...]


@dataclass
class Line:
    """What a change did: which facts went, which came, and when it last came into force."""

    actor: str
    gone: frozenset[Fact]
    come: frozenset[Fact]
    at: int


def text_of(turns: list[tuple[str, tuple[str, ...]]]) -> str:
    return "".join(f"{who}: {' '.join(words)}.\n\n" for who, words in turns)


def edges_of(turns: list[tuple[str, tuple[str, ...]]]) -> list[tuple[int, int]]:
    found, at = [], 0
    for who, words in turns:
        start = at + len(who) + 2
        end = start + len(" ".join(words)) + 1
        found.append((start, end))
        at = end + 2
    return found


class Study(RuleBasedStateMachine):
    """A project beside its model.

    The model is a set of facts: utterances, codings, reviews, codes, what waits in the quarantine.
    A change is what facts went and what came; to take it back is to exchange the two. ``undo``
    must succeed where nobody else has done anything since, must refuse where the facts are not
    there to be exchanged, and may do either otherwise; but whatever succeeds leaves the project
    as the model says.
    """

    def __init__(self, target: str) -> None:
        super().__init__()
        self.target, self.luck = target, random.Random(1)
        book = Codebook("B", tuple(Code(one, one.upper()) for one in "abc"))
        self.project = create_project(target, codebook=book)
        self.folder = tempfile.TemporaryDirectory()
        turns = [(who, self.words(count)) for who, count in TURNS]
        self.project.import_documents([self.file(turns)])
        spans = zip(turns, edges_of(turns), strict=True)
        said = {("utterance", a, b, who) for (who, _), (a, b) in spans}
        said |= {("code", one, one.upper(), None, False) for one in "abc"}
        self.facts = frozenset(said | {("turns", tuple(turns)), ("order", tuple("abc"))})
        self.done: dict[str, list[Line]] = {who: [] for who in ACTORS}
        self.undone: dict[str, list[Line]] = {who: [] for who in ACTORS}
        self.heard: list[str] = []
        self.number = 0

    def teardown(self) -> None:
        self.project.close()
        self.folder.cleanup()

    def words(self, count: int) -> tuple[str, ...]:
        """Words that nobody can mistake for each other."""
        letters = string.ascii_lowercase
        return tuple("".join(self.luck.choices(letters, k=24)) for _ in range(count))

    def file(self, turns: list[tuple[str, tuple[str, ...]]]) -> Path:
        path = Path(self.folder.name) / "d.txt"
        path.write_text(text_of(turns), encoding="utf-8")
        return path

    # what the facts say

    def all(self, kind: str) -> list[Fact]:
        return sorted((one for one in self.facts if one[0] == kind), key=repr)

    @property
    def turns(self) -> list[tuple[str, tuple[str, ...]]]:
        return list(self.all("turns")[0][1])

    @property
    def text(self) -> str:
        return text_of(self.turns)

    @property
    def utterances(self) -> list[Fact]:
        return sorted(self.all("utterance"), key=lambda one: one[1])

    def utterance(self, any_: int) -> tuple[int, Fact]:
        at = any_ % len(self.utterances)
        return at + 1, self.utterances[at]

    def spoken(self, start: int, end: int) -> list[tuple[int, int]]:
        """Where the words of an utterance are, without a name printed between two turns."""
        found = []
        for (_, words), (first, _) in zip(self.turns, edges_of(self.turns), strict=True):
            at = first
            for word in words:
                found.append((at, at + len(word)))
                at += len(word) + 1
        return [(a, b) for a, b in found if start <= a and b <= end]

    def hanging(self, kind: str, start: int) -> set[Fact]:
        """Codings or reviews on the utterance that begins there."""
        return {one for one in self.all(kind) if one[2] == start}

    def codes(self) -> dict[str, Fact]:
        return {one[1]: one for one in self.all("code")}

    def code(self, any_: int) -> str:
        (_, order) = self.all("order")[0]
        return order[any_ % len(order)]

    def change(self, actor: str, gone: set[Fact], come: set[Fact]) -> None:
        """Note a change that the project has made."""
        went, came = frozenset(gone - come) & self.facts, frozenset(come - gone) - self.facts
        self.facts = (self.facts - went) | came
        self.heard.append(actor)
        self.done[actor].append(Line(actor, went, came, len(self.heard)))
        self.undone[actor] = []

    # coding

    def operate(self, coder: str, position: int, **said: Any) -> None:
        self.number += 1
        one = {"op_id": f"operation-{self.number}", "document": "d", "position": position}
        (answer,) = self.project.apply_operations([one | said], coder=coder)
        assert answer["ok"], answer["message"]

    @rule(
        coder=st.sampled_from(CODERS),
        places=st.lists(st.tuples(ANY, ANY, st.none() | ANY), min_size=1, max_size=4),
    )
    def apply(self, coder: str, places: list[tuple[int, int, int | None]]) -> None:
        for place in places:
            self.apply_one(coder, *place)

    def apply_one(self, coder: str, where: int, which: int, word: int | None) -> None:
        position, (_, start, end, _) = self.utterance(where)
        code, span = self.code(which), (None, None)
        if word is not None:
            words = self.spoken(start, end)
            span = words[word % len(words)]
        self.operate(coder, position, action="apply", code=code, start=span[0], end=span[1])
        come = {("coding", coder, start, code, *span), ("review", coder, start)}
        self.change(coder, set(), come)

    @rule(coder=st.sampled_from(CODERS), where=ANY, which=ANY)
    def remove(self, coder: str, where: int, which: int) -> None:
        mine = [one for one in self.all("coding") if one[1] == coder]
        if mine:
            fact = mine[where % len(mine)]
            _, _, start, code, *span = fact
            position = [one[1] for one in self.utterances].index(start) + 1
            self.operate(coder, position, action="remove", code=code, start=span[0], end=span[1])
            self.change(coder, {fact}, {("review", coder, start)})

    @rule(coder=st.sampled_from(CODERS), where=ANY, seen=st.booleans())
    def review(self, coder: str, where: int, seen: bool) -> None:
        position, (_, start, *_) = self.utterance(where)
        self.operate(coder, position, action="review" if seen else "unreview")
        fact = {("review", coder, start)}
        self.change(coder, set() if seen else fact, fact if seen else set())

    # utterances

    @rule(where=ANY, word=ANY)
    def split(self, where: int, word: int) -> None:
        position, whole = self.utterance(where)
        _, start, end, who = whole
        spaces = [b for _, b in self.spoken(start, end) if b < end and self.text[b] == " "]
        if not spaces:
            return
        cut = spaces[word % len(spaces)]
        self.project.split_utterance("d", position, cut + 1 - start)
        second = cut + 1
        come = {("utterance", start, cut, who), ("utterance", second, end, who)}
        come |= {("review", one[1], second) for one in self.hanging("review", start)}
        on_it = self.hanging("coding", start)
        for _, coder, _, code, a, b in on_it:
            if a is None:
                come |= {("coding", coder, one, code, None, None) for one in (start, second)}
            elif a < cut:
                come.add(("coding", coder, start, code, a, min(b, cut)))
            if a is not None and b > second:
                come.add(("coding", coder, second, code, max(a, second), b))
        self.change("qualkit", {whole, *on_it}, come)

    @rule(where=ANY)
    def join(self, where: int) -> None:
        position, first = self.utterance(where)
        if position == len(self.utterances) or self.utterances[position][3] != first[3]:
            return
        second = self.utterances[position]
        self.project.join_utterances("d", position)
        parts = (first[1], second[1])
        on_them = [one for part in parts for one in self.hanging("coding", part)]
        seen = [one for part in parts for one in self.hanging("review", part)]
        come = {("utterance", first[1], second[2], first[3])}
        come |= {(*one[:2], first[1], *one[3:]) for one in on_them}
        coded = {one[1] for one in on_them}
        for coder in {one[1] for one in seen}:
            if coder in coded or sum(one[1] == coder for one in seen) == 2:
                come.add(("review", coder, first[1]))
        self.change("qualkit", {first, second, *on_them, *seen}, come)

    # codes

    def below(self, code: str) -> set[str]:
        codes = self.codes()
        inside = {one for one in codes if codes[one][3] == code}
        return inside.union(*map(self.below, inside))

    def recode(self, actor: str | None, codes: dict[str, Fact], order: list[str], **more) -> None:
        """Note a change of the codebook: each code, and the order of the tree."""

        def tree(parent: str | None) -> list[str]:
            mine = [one for one in order if codes[one][3] == parent]
            return [x for one in mine for x in (one, *tree(one))]

        gone = {*self.all("code"), *self.all("order"), *more.get("gone", ())}
        come = {*codes.values(), ("order", tuple(tree(None))), *more.get("come", ())}
        self.change(actor or "qualkit", gone, come)

    def order(self) -> list[str]:
        return list(self.all("order")[0][1])

    @rule(actor=st.sampled_from([None, *CODERS]), keep=ANY, other=ANY)
    def merge(self, actor: str | None, keep: int, other: int) -> None:
        kept, gone = self.code(keep), self.code(other)
        codes = self.codes()
        if kept == gone or codes[kept][4]:
            return
        self.project.merge_codes(kept, [gone], reason="r", coder=actor)
        moved = {one for one in self.all("coding") if one[3] == gone}
        come = {(*one[:3], kept, *one[4:]) for one in moved}
        waiting = {one for one in self.all("waiting") if one[2] == gone}
        come |= {("waiting", one[1], kept, *one[3:]) for one in waiting}
        above = codes[gone][3] if kept in self.below(gone) else codes[kept][3]
        for one, fact in codes.items():
            if fact[3] == gone:
                codes[one] = (*fact[:3], kept, fact[4])
        codes[kept] = (*codes[kept][:3], above, False)
        codes[gone] = (*codes[gone][:4], True)
        self.recode(actor, codes, self.order(), gone=moved | waiting, come=come)

    @rule(actor=st.sampled_from([None, *CODERS]), which=ANY, coder=st.sampled_from(CODERS))
    def split_code(self, actor: str | None, which: int, coder: str) -> None:
        code, codes, order = self.code(which), self.codes(), self.order()
        self.number += 1
        name = f"n{self.number}"
        table = self.project.list_code_codings(code)
        ids = table.loc[table["coder"] == coder, "id"].tolist()
        assign = {name: ids} if ids else None
        self.project.split_code(code, [name], reason="r", assign=assign, coder=actor)
        moved = {one for one in self.all("coding") if (one[1], one[3]) == (coder, code)}
        codes[name] = ("code", name, name, codes[code][3], False)
        order.insert(order.index(code) + 1, name)
        come = {(*one[:3], name, *one[4:]) for one in moved}
        self.recode(actor, codes, order, gone=moved, come=come)

    @rule(
        actor=st.sampled_from([None, *CODERS]),
        verb=st.sampled_from(["rename", "move", "retire"]),
        which=ANY,
        parent=st.none() | ANY,
    )
    def reshape(self, actor: str | None, verb: str, which: int, parent: int | None) -> None:
        if verb == "move":
            self.move(actor, which, parent)
        else:
            {"rename": self.rename, "retire": self.retire}[verb](actor, which)

    def rename(self, actor: str | None, which: int) -> None:
        code, codes = self.code(which), self.codes()
        self.number += 1
        name = f"Name {self.number}"
        self.project.rename_code(code, name, reason="r", coder=actor)
        codes[code] = ("code", code, name, *codes[code][3:])
        self.recode(actor, codes, self.order())

    def move(self, actor: str | None, which: int, parent: int | None) -> None:
        code, codes, order = self.code(which), self.codes(), self.order()
        above = None if parent is None else self.code(parent)
        siblings = [one for one in order if codes[one][3] == above and one != code]
        if above in {code, *self.below(code)} or (
            codes[code][3] == above
            and all(map(order.index(code).__gt__, map(order.index, siblings)))
        ):
            return
        self.project.move_code(code, above, reason="r", coder=actor)
        codes[code] = (*codes[code][:3], above, codes[code][4])
        order.remove(code)
        self.recode(actor, codes, [*order, code])

    def retire(self, actor: str | None, which: int) -> None:
        code, codes = self.code(which), self.codes()
        gone = [one for one in (code, *self.below(code)) if not codes[one][4]]
        if not gone:
            return
        self.project.retire_code(code, reason="r", coder=actor)
        codes |= {one: (*codes[one][:4], True) for one in gone}
        self.recode(actor, codes, self.order())

    # the text

    @rule(where=ANY, kind=st.sampled_from(["insert", "delete", "word"]), word=ANY)
    def correct(self, where: int, kind: str, word: int) -> None:
        old, edges = self.turns, edges_of(self.turns)
        at = where % len(old)
        start, end = edges[at]
        inside = [one for one in self.utterances if start < one[2] and one[1] < end]
        is_across = inside[0][1] < start or (kind != "insert" and inside[-1][2] > end)
        if is_across or (kind == "delete" and len(old) < 3):
            return
        new = list(old)
        changed: tuple[int, int] | None = None
        if kind == "insert":
            new.insert(at, ("Bob Hart", self.words(3)))
        elif kind == "delete":
            del new[at]
        else:
            who, words = old[at]
            if len(words) < 8 or len(inside) > 1:
                return  # a part of it would not be certain
            n = word % len(words)
            first = start + len(" ".join(words[:n])) + (n > 0)
            changed = (first, first + len(words[n]))
            new[at] = (who, (*words[:n], *self.words(1), *words[n + 1 :]))
        self.project.revise_document("d", self.file(new))
        lost = {one[1] for one in inside} if kind == "delete" else set()
        self.anchored(new, lost, changed)

    def anchored(self, new: list, lost: set[int], changed: tuple[int, int] | None) -> None:
        """Note a correction: every fact stands on the same words, or waits."""
        old = self.turns
        kept = {turn: edges for turn, edges in zip(new, edges_of(new), strict=True)}
        shifts = []
        for number, (turn, (start, end)) in enumerate(zip(old, edges_of(old), strict=True)):
            there = kept.get(turn) or (edges_of(new)[number] if changed else None)
            if there is not None:
                shifts.append((start, end, there[0] - start))

        def moved(point: int | None) -> int | None:
            if point is None:
                return None
            return next(point + by for a, b, by in shifts if a <= point <= b)

        gone, come = {*self.all("turns"), *self.all("utterance")}, {("turns", tuple(new))}
        come |= {
            ("utterance", moved(one[1]), moved(one[2]), one[3])
            for one in self.utterances
            if one[1] not in lost
        }
        fresh = [turn for turn in new if turn not in old] if not changed else []
        come |= {("utterance", *kept[turn], turn[0]) for turn in fresh}
        for one in self.all("review"):
            gone.add(one)
            come |= {("review", one[1], moved(one[2]))} if one[2] not in lost else set()
        ends = {one[1]: one[2] for one in self.utterances}
        for one in self.all("coding"):
            _, coder, start, code, a, b = one
            gone.add(one)
            if start in lost or (a is not None and changed and a < changed[1] and changed[0] < b):
                quote = self.text[start : ends[start]] if a is None else self.text[a:b]
                come.add(("waiting", coder, code, quote, a is None))
            else:
                come.add(("coding", coder, moved(start), code, moved(a), moved(b)))
        self.change("qualkit", gone, come)

    @precondition(lambda self: self.all("waiting"))
    @rule(actor=st.sampled_from([None, *CODERS]), which=ANY, where=st.none() | ANY)
    def settle(self, actor: str | None, which: int, where: int | None) -> None:
        fact = self.all("waiting")[which % len(self.all("waiting"))]
        _, coder, code, quote, _ = fact
        table = self.project.list_quarantine()
        names = {one[2]: one[1] for one in self.all("code")}
        is_it = (table["coder"] == coder) & (table["quote"] == quote)
        number = int(table.loc[is_it & (table["code"].map(names) == code), "number"].iloc[0])
        who = actor or "qualkit"
        if where is None:
            self.project.settle_quarantine(number, None, actor=who)
            self.change(who, {fact}, set())
            return
        position, (_, start, *_) = self.utterance(where)
        come = ("coding", coder, start, code, None, None)
        if come in self.facts:
            with pytest.raises(RefusedError, match="the same coding stands there already"):
                self.project.settle_quarantine(number, position, whole=True, actor=who)
            return
        self.project.settle_quarantine(number, position, whole=True, actor=who)
        self.change(who, {fact}, {come, ("review", coder, start)})

    # back and forth

    @precondition(lambda self: any(self.done.values()))
    @rule(which=ANY, times=st.integers(1, 3))
    def undo(self, which: int, times: int) -> None:
        actor = self.one_of(self.done, which)
        for _ in range(times):
            self.exchange(self.project.undo, actor, self.done[actor], self.undone[actor])

    @precondition(lambda self: any(self.undone.values()))
    @rule(which=ANY, times=st.integers(1, 3))
    def redo(self, which: int, times: int) -> None:
        actor = self.one_of(self.undone, which)
        for _ in range(times):
            self.exchange(self.project.redo, actor, self.undone[actor], self.done[actor])

    @staticmethod
    def one_of(stacks: dict[str, list[Line]], which: int) -> str:
        names = [name for name, stack in stacks.items() if stack]
        return names[which % len(names)]

    def exchange(self, verb: Any, actor: str, stack: list[Line], other: list[Line]) -> None:
        if not stack:
            return
        line = stack[-1]
        is_quiet = all(one == actor for one in self.heard[line.at :])
        can_be = line.come <= self.facts and not (line.gone & self.facts)
        try:
            verb(None if actor == "qualkit" else actor)
        except RefusedError:
            assert not is_quiet, "nobody else has done anything since"
            return
        assert can_be, "what it did is not there any more"
        stack.pop()
        self.facts = (self.facts - line.come) | line.gone
        self.heard.append(actor)
        other.append(Line(actor, line.come, line.gone, len(self.heard)))

    @rule()
    def restart(self) -> None:
        self.project.close()
        self.project = open_project(self.target)

    # the project is what the model says

    @invariant()
    def the_tables_are_those_of_the_model(self) -> None:
        assert self.found() == {one for one in self.facts if one[0] not in {"turns", "order"}}
        book = self.project.codebook()
        assert [one.id for one in book.codes] == self.order()

    def found(self) -> set[Fact]:
        table = self.project.list_utterances("d").set_index("position")
        said: set[Fact] = {
            ("utterance", int(one.start), int(one.end), one.speaker) for one in table.itertuples()
        }
        book = self.project.codebook()
        said |= {("code", one.id, one.name, one.parent, one.retired) for one in book.codes}
        ids = {one.name: one.id for one in book.codes}
        starts = table["start"].astype(int)
        for one in self.project.list_codings().itertuples():
            span = (None, None) if pd.isna(one.start) else (int(one.start), int(one.end))
            said.add(("coding", one.coder, starts[one.position], ids[one.code], *span))
        for one in self.project.list_reviews().itertuples():
            said.add(("review", one.coder, starts[one.position]))
        for one in self.project.list_quarantine().itertuples():
            is_whole = one.quote == one.utterance
            said.add(("waiting", one.coder, ids[one.code], one.quote, is_whole))
        return said

    @invariant()
    def the_log_alone_gives_the_tables(self) -> None:
        self.project.verify()


def test_any_sequence_of_changes_equals_a_simple_model(new_target):
    phases = [one for one in Phase if EXPLORE or one not in {Phase.shrink, Phase.explain}]
    run_state_machine_as_test(
        lambda: Study(new_target()),
        settings=settings(
            max_examples=300 if EXPLORE else 9,
            stateful_step_count=50 if EXPLORE else 25,
            derandomize=not EXPLORE,
            deadline=None,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )
