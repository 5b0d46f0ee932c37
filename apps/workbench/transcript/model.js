// One document as one coder has coded it. Every change is an operation that knows its inverse.

const DOUBTFUL = "doubtful"; // the kind of an offer that questions a coding
const OPPOSITE = { reject: "unreject", unreject: "reject" };
const isJudgement = ({ action }) => Object.hasOwn(OPPOSITE, action);

class Model {
  constructor(answer) {
    Object.assign(this, answer);
    this.index = new Map(this.utterances.map((one, at) => [one.position, at]));
    this.edges = new Map(this.utterances.map((one, at) => [`${one.start}-${one.end}`, at]));
    this.byId = new Map(this.codes.map((code) => [code.id, code]));
    this.marks = this.utterances.map(() => []);
    this.seen = new Set();
    this.offers = new Map();
    this.declined = new Set(); // suggestions turned down here
    for (const { position, ...coding } of answer.codings) {
      this.marks[this.index.get(position)]?.push(coding);
    }
    for (const position of answer.reviewed) this.seen.add(this.index.get(position));
    this.codable = this.utterances.filter((one) => one.codable).length;
  }

  operation(action, at, coding = {}) {
    const { code = null, start = null, end = null, origin = null } = coding;
    const { position, start: start_of, end: end_of } = this.utterances[at];
    const place = { document: this.document, position, start_of, end_of };
    return { op_id: freshId(), action, ...place, code, start, end, origin };
  }

  // The row of an operation: by where its utterance stands in the text, for numbers change when
  // utterances are split and joined. Undefined when this document has no such utterance.
  rowOf(op) {
    if (op.document !== this.document) return undefined;
    if (op.start_of === undefined) return this.index.get(op.position);
    return this.edges.get(`${op.start_of}-${op.end_of}`);
  }

  // The last row that begins at or before a place in the text.
  rowAt(start) {
    const after = this.utterances.findIndex((one) => one.start > start);
    return Math.max(0, (after < 0 ? this.utterances.length : after) - 1);
  }

  find(at, { code, start = null, end = null }) {
    return this.marks[at].find((one) => one.code === code && one.start === start && one.end === end);
  }

  // The operations that take these ones back, as things stand before they are carried out.
  inverse(operations) {
    const back = [];
    for (const op of operations) {
      const at = this.rowOf(op);
      if (at === undefined) continue;
      const there = this.find(at, op);
      if (op.action === "apply" && !there) back.unshift(this.operation("remove", at, op));
      if (op.action === "remove" && there) back.unshift(this.operation("apply", at, there));
      if (isJudgement(op)) {
        const isDeclined = this.declined.has(`${at} ${op.code}`);
        if ((op.action === "reject") !== isDeclined) back.unshift(this.operation(OPPOSITE[op.action], at, op));
      } else if (op.action === "unreview") {
        if (this.seen.has(at)) back.unshift(this.operation("review", at));
      } else if (!this.seen.has(at)) back.push(this.operation("unreview", at));
    }
    return back;
  }

  carryOut(op) {
    const at = this.rowOf(op);
    if (at === undefined) return null;
    const { code, start, end, origin } = op;
    if (op.action === "apply" && !this.find(at, op)) {
      this.marks[at].push({ code, start, end, origin: origin || "manual" });
    }
    if (op.action === "remove") {
      const there = this.find(at, op);
      this.marks[at] = this.marks[at].filter((one) => one !== there);
    }
    if (op.action === "reject") this.declined.add(`${at} ${code}`);
    else if (op.action === "unreject") this.declined.delete(`${at} ${code}`);
    else if (op.action === "unreview") this.seen.delete(at);
    else this.seen.add(at);
    return at;
  }

  // The offers for an utterance that are neither coded there already nor turned down, as far as
  // the round lets them show: a decision that was taken back hides them again.
  offersAt(at) {
    if (this.suggestions !== "always" && !this.seen.has(at)) return [];
    const taken = new Set(this.marks[at].map((one) => one.code));
    const isOpen = ({ code, kind }) => kind !== DOUBTFUL && !taken.has(code) && !this.declined.has(`${at} ${code}`);
    return (this.offers.get(at) || []).filter(isOpen);
  }

  // The codings here that were called into question.
  doubtsAt(at) {
    const taken = new Set(this.marks[at].map((one) => one.code));
    return (this.offers.get(at) || []).filter(({ code, kind }) => kind === DOUBTFUL && taken.has(code));
  }

  missedCount() {
    if (this.suggestions === "always") return 0;
    return [...this.offers.keys()].filter((at) => this.offersAt(at).length).length;
  }

  nextOffer(from) {
    return this.next(from, (_, at) => this.offersAt(at).length > 0);
  }

  takeOffers(rows) {
    this.offers.clear();
    for (const row of rows) {
      const at = this.index.get(row.position);
      if (at === undefined || !this.byId.has(row.code)) continue;
      if (!this.offers.has(at)) this.offers.set(at, []);
      this.offers.get(at).push(row);
    }
  }

  counts() {
    const counted = new Map();
    for (const marks of this.marks) {
      for (const code of new Set(marks.map((one) => one.code))) {
        counted.set(code, (counted.get(code) || 0) + 1);
      }
    }
    return counted;
  }

  reviewedCount() {
    let count = 0;
    for (const at of this.seen) count += this.utterances[at]?.codable ? 1 : 0;
    return count;
  }

  nextOpen(from) {
    return this.next(from, (one, at) => one.codable && !this.seen.has(at));
  }

  nextFinding(from) {
    return this.next(from, (one) => one.findings.length > 0);
  }

  next(from, isWanted) {
    const many = this.utterances.length;
    for (let step = 1; step <= many; step += 1) {
      const at = (from + step) % many;
      if (isWanted(this.utterances[at], at)) return at;
    }
    return null;
  }
}
