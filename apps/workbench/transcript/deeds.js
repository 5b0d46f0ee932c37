// What a coder does on the current utterance, and how it is taken back and made again.

const PLACES = 9;
const MOST_USES = 60; // kept in the browser

class Deeds {
  constructor(pane) {
    this.pane = pane;
    this.slots = []; // nine codes used lately, under the keys 1 to 9
    this.uses = [];
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

  // The nine places as this browser keeps them for its coder, whatever document or round is open;
  // without any, the codes that stand most in the document.
  recall() {
    const { slots, uses } = this.stored();
    const often = [...this.model.counts()].filter(([code]) => this.isOffered(code));
    const most = often.sort((a, b) => b[1] - a[1]).map(([code]) => code);
    this.uses = uses; // from the one used longest ago to the last
    this.slots = (slots.length ? slots : most).slice(0, PLACES);
    this.lastUsed = uses.findLast((code) => this.isOffered(code));
  }

  stored() {
    try {
      const { slots, uses } = JSON.parse(localStorage.getItem(this.kept) || "{}");
      return { slots: slots || [], uses: uses || [] };
    } catch (problem) {
      console.warn("qualkit: the codes used lately are not known", problem);
      return { slots: [], uses: [] };
    }
  }

  store() {
    try {
      localStorage.setItem(this.kept, JSON.stringify({ slots: this.slots, uses: this.uses }));
    } catch (problem) {
      console.warn("qualkit: the codes used lately are known in this page only", problem);
    }
  }

  get kept() {
    return `qualkit.recent.${this.pane.data.person}`;
  }

  // Whether a code can be used now: one that was retired or merged keeps its place empty.
  isOffered(code) {
    return this.model.byId.get(code)?.retired === false;
  }

  // The code under a number key, or undefined.
  numbered(number) {
    const code = this.slots[number - 1];
    return this.isOffered(code) ? code : undefined;
  }

  // Notes a use. Nine places that stay where they are: a code keeps its number while it is among
  // the nine, and a new one takes a place that is free, else the one used longest ago.
  noteUse(code) {
    this.lastUsed = code;
    this.uses = [...this.uses.filter((one) => one !== code), code].slice(-MOST_USES);
    requestAnimationFrame(() => this.pane.showCode(code)); // after the codebook is drawn anew
    if (!this.slots.includes(code)) this.slots[this.placeFor()] = code;
    this.store();
    this.pane.part("recent").replaceChildren(...this.pane.drawing.recent());
  }

  placeFor() {
    const free = this.slots.findIndex((code) => !this.isOffered(code));
    if (free >= 0) return free;
    if (this.slots.length < PLACES) return this.slots.length;
    const ages = this.slots.map((code) => this.uses.indexOf(code));
    return ages.lastIndexOf(Math.min(...ages)); // of those never used the one that stands least
  }
}
