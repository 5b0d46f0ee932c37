// One document as one coder has coded it. Every change is an operation that knows its inverse.

class Model {
  constructor(answer) {
    Object.assign(this, answer);
    this.index = new Map(this.utterances.map((one, at) => [one.position, at]));
    this.byId = new Map(this.codes.map((code) => [code.id, code]));
    this.marks = this.utterances.map(() => []);
    this.seen = new Set();
    this.offers = new Map();
    for (const { position, ...coding } of answer.codings) {
      this.marks[this.index.get(position)]?.push(coding);
    }
    for (const position of answer.reviewed) this.seen.add(this.index.get(position));
    this.codable = this.utterances.filter((one) => one.codable).length;
  }

  operation(action, at, coding = {}) {
    const { code = null, start = null, end = null, origin = null } = coding;
    const place = { document: this.document, position: this.utterances[at].position };
    return { op_id: freshId(), action, ...place, code, start, end, origin };
  }

  find(at, { code, start = null, end = null }) {
    return this.marks[at].find((one) => one.code === code && one.start === start && one.end === end);
  }

  // The operations that take these ones back, as things stand before they are carried out.
  inverse(operations) {
    const back = [];
    for (const op of operations) {
      const at = this.index.get(op.position);
      const there = this.find(at, op);
      if (op.action === "apply" && !there) back.unshift(this.operation("remove", at, op));
      if (op.action === "remove" && there) back.unshift(this.operation("apply", at, there));
      if (op.action === "unreview" && this.seen.has(at)) back.unshift(this.operation("review", at));
      if (op.action !== "unreview" && !this.seen.has(at)) back.push(this.operation("unreview", at));
    }
    return back;
  }

  carryOut(op) {
    const at = this.index.get(op.position);
    if (op.document !== this.document || at === undefined) return null;
    const { code, start, end, origin } = op;
    if (op.action === "apply" && !this.find(at, op)) {
      this.marks[at].push({ code, start, end, origin: origin || "manual" });
    }
    if (op.action === "remove") {
      const there = this.find(at, op);
      this.marks[at] = this.marks[at].filter((one) => one !== there);
    }
    if (op.action === "unreview") this.seen.delete(at);
    else this.seen.add(at);
    return at;
  }

  // The offers for an utterance that are not coded there already.
  offersAt(at) {
    const taken = new Set(this.marks[at].map((one) => one.code));
    return (this.offers.get(at) || []).filter((offer) => !taken.has(offer.code));
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
    const many = this.utterances.length;
    for (let step = 1; step <= many; step += 1) {
      const at = (from + step) % many;
      if (this.utterances[at].codable && !this.seen.has(at)) return at;
    }
    return null;
  }
}
