// Which suggestions the coder was shown: noted in lots, for the exposure log.

const NOTE_EVERY = 3000; // milliseconds
const MOST_AT_ONCE = 300;

class Shown {
  constructor(pane) {
    this.pane = pane;
    this.told = new Set();
    this.waiting = [];
    this.leave = () => this.send();
    window.addEventListener("pagehide", this.leave);
  }

  // Called whenever suggestions for an utterance are painted; each counts once.
  note(position, offers) {
    const { data, offers: { by } } = this.pane;
    for (const { code, probability, rank, basis } of offers) {
      const key = `${data.scope} ${data.document} ${position} ${code}`;
      if (this.told.has(key)) continue;
      this.told.add(key);
      const one = { document: data.document, position, code, probability, rank, basis };
      this.waiting.push({ ...one, model: by, since: performance.now() });
    }
    if (this.waiting.length) this.timer ||= setTimeout(() => this.send(), NOTE_EVERY);
  }

  // Hands over what is waiting, as the coder whose token it still is.
  async send() {
    clearTimeout(this.timer);
    this.timer = null;
    this.lot ||= this.nextLot();
    const { lot } = this;
    if (!lot) return;
    const now = performance.now();
    const shown = lot.parts.map(({ since, model, ...one }) => ({ ...one, ago: Math.min(3600, (now - since) / 1000) }));
    try {
      await this.pane.post("exposures", { op_id: lot.op_id, model: lot.model, shown }, true);
      if (this.lot === lot) this.lot = null;
    } catch (problem) {
      if (problem.sentence) console.warn("qualkit: not noted", problem);
      if (problem.sentence && this.lot === lot) this.lot = null; // else no answer: the same again, later
    }
    if (this.lot || this.waiting.length) this.timer ||= setTimeout(() => this.send(), NOTE_EVERY);
  }

  // What goes in one request: all by one suggester, under an id that a repeat of it keeps.
  nextLot() {
    const model = this.waiting[0]?.model;
    const parts = this.waiting.filter((one) => one.model === model).slice(0, MOST_AT_ONCE);
    this.waiting = this.waiting.filter((one) => !parts.includes(one));
    return parts.length ? { op_id: freshId(), model, parts } : null;
  }

  close() {
    window.removeEventListener("pagehide", this.leave);
    this.send();
  }
}
