// What a coder does on the current utterance, and how it is taken back and made again.

class Deeds {
  constructor(pane) {
    this.pane = pane;
    this.slots = []; // nine codes used lately, under the keys 1 to 9
    this.used = new Map();
  }

  // Whose deeds they are: each coder and round has stacks of its own, whatever page is shown.
  attach(scope) {
    for (const stacks of [shared.undo, shared.redo]) {
      if (!stacks.has(scope)) stacks.set(scope, []);
    }
    this.undone = shared.undo.get(scope);
    this.redone = shared.redo.get(scope);
  }

  get at() {
    return this.pane.rows.current;
  }

  get words() {
    return this.pane.words;
  }

  get model() {
    return this.pane.model;
  }

  say(sentence) {
    this.pane.say(sentence);
  }

  // Carries operations out on screen at once, and hands them to the outbox.
  act(operations, stack = null) {
    const { pane, model } = this;
    if (!operations.length) return;
    if (pane.reading.pending) {
      this.say(this.words.reading_first);
      return;
    }
    const back = model.inverse(operations);
    if (back.length) (stack || this.undone).push(back);
    if (!stack) this.redone.length = 0;
    const touched = new Set();
    for (const op of operations) touched.add(model.carryOut(op));
    pane.outbox.add(operations);
    touched.forEach((at) => at !== null && pane.rows.redraw(at));
    pane.rows.render();
    pane.repaint();
  }

  toggle(code, origin = "manual") {
    const { at, model, pane } = this;
    if (!model.utterances[at].codable) return this.say(this.words.not_codable);
    const span = pane.chosen?.at === at ? pane.chosen : { start: null, end: null };
    const coding = { code, start: span.start, end: span.end, origin };
    const there = model.find(at, coding);
    this.say("");
    pane.chosen = null;
    pane.marking.stop();
    this.act([model.operation(there ? "remove" : "apply", at, there || coding)]);
    return this.noteUse(code);
  }

  remove(at, coding) {
    this.act([this.model.operation("remove", at, coding)]);
  }

  removeLast() {
    const marks = this.model.marks[this.at];
    if (marks.length) this.remove(this.at, marks[marks.length - 1]);
  }

  review() {
    const { at, model } = this;
    if (!model.utterances[at].codable) return this.say(this.words.not_codable);
    if (model.marks[at].length) return this.say(this.words.has_codes);
    const action = model.seen.has(at) ? "unreview" : "review";
    this.say("");
    return this.act([model.operation(action, at)]);
  }

  // Marks what is not marked yet as looked at, and goes to the next that nobody looked at.
  reviewAndOn() {
    const { at, model } = this;
    if (model.utterances[at].codable && !model.seen.has(at)) this.review();
    this.pane.nextOpen();
  }

  repeat() {
    if (this.lastUsed) this.toggle(this.lastUsed);
    else this.say(this.words.nothing_to_repeat);
  }

  // Makes a code of the words chosen, and applies it to them.
  codeInVivo() {
    if (!this.pane.chosen) return this.say(this.words.in_vivo_first);
    const { start, end } = this.pane.chosen;
    return this.pane.reading.send({ action: "in-vivo", start, end }, this.words.done_in_vivo, "notes");
  }

  undo() {
    this.stepBack(this.undone, this.redone, this.words.nothing_to_undo);
  }

  redo() {
    this.stepBack(this.redone, this.undone, this.words.nothing_to_redo);
  }

  stepBack(from, to, nothing) {
    if (this.pane.reading.pending) return this.say(this.words.reading_first);
    const operations = from.pop();
    if (!operations) return this.say(nothing);
    const here = operations.filter((op) => op.document === this.model.document);
    const placed = operations.map((op) => this.placed(op)).filter(Boolean);
    if (!placed.length) return this.say(this.words.undo_gone);
    this.act(placed, to);
    if (!here.length) return this.say(fill(this.words.undone_in, { document: operations[0]?.document }));
    return this.pane.go(this.model.rowOf(placed[0]));
  }

  // An operation as it is sent now: under the number its utterance has today, or null.
  placed(op) {
    if (op.document !== this.model.document) return { ...op, op_id: freshId() };
    const at = this.model.rowOf(op);
    return at === undefined ? null : { ...op, op_id: freshId(), position: this.model.utterances[at].position };
  }

  // The codes used lately, as this browser knows them; else those that stand most in the document.
  recall() {
    this.slots = this.stored();
    if (this.slots.length) return;
    const often = [...this.model.counts()].filter(([code]) => this.model.byId.has(code));
    this.slots = often.sort((a, b) => b[1] - a[1]).slice(0, 9).map(([code]) => code);
  }

  stored() {
    try {
      const stored = JSON.parse(localStorage.getItem(this.pane.storage("recent")) || "[]");
      return stored.filter((id) => this.model.byId.has(id));
    } catch (problem) {
      console.warn("qualkit: the codes used lately are not known", problem);
      return [];
    }
  }

  // Nine places that stay where they are; a tenth code takes the place used longest ago.
  noteUse(code) {
    this.used.set(code, performance.now());
    this.lastUsed = code;
    requestAnimationFrame(() => this.pane.showCode(code)); // after the codebook is drawn anew
    if (this.slots.includes(code)) return;
    if (this.slots.length < 9) this.slots.push(code);
    else {
      const age = (id) => this.used.get(id) || 0;
      const oldest = this.slots.reduce((a, b) => (age(a) <= age(b) ? a : b));
      this.slots[this.slots.indexOf(oldest)] = code;
    }
    localStorage.setItem(this.pane.storage("recent"), JSON.stringify(this.slots));
    this.pane.part("recent").replaceChildren(...this.pane.drawing.recent());
  }
}
