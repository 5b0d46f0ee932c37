// Suggestions: asked for as the round allows, accepted or turned down, each with its reasons.

const OFFERS_EVERY = 15; // fresh suggestions after so many stored codings
const QUIET = 700; // milliseconds without a key, where every decision brings fresh ones
const CATCH_UP = 4000; // milliseconds
const REST = { always: 20, after: 4 }; // times as long as the last answer took, before asking again

class Offers {
  constructor(pane) {
    this.pane = pane;
    this.stored = 0;
  }

  // Some codings are on disk: asks anew when there are enough of them, or at once where
  // suggestions wait for the coder's own decision.
  count(stored) {
    this.stored += stored;
    const isAlways = this.pane.model?.suggestions === "always";
    if (isAlways && this.stored < OFFERS_EVERY) return;
    clearTimeout(this.timer);
    const rest = (this.took || 0) * (isAlways ? REST.always : REST.after);
    const wait = (this.last || 0) + rest - performance.now();
    this.timer = setTimeout(() => this.fetch(), Math.max(wait, isAlways ? 0 : QUIET));
  }

  async fetch() {
    const { pane } = this;
    const { model } = pane;
    if (!model || model.suggestions === "never") return;
    if (this.asking) {
      this.isWanted = true;
      return;
    }
    this.stored = 0;
    this.isWanted = false;
    this.asking = true;
    const begun = performance.now();
    try {
      this.take(await pane.ask("suggestions"), model);
    } catch (problem) {
      console.warn("qualkit: no suggestions", problem);
    } finally {
      this.asking = false;
      this.last = performance.now();
      this.took = this.last - begun;
      if (this.isWanted || model !== pane.model) this.fetch();
    }
  }

  take(answer, model) {
    const { pane } = this;
    if (model !== pane.model) return;
    this.by = answer.model;
    this.catchUp(answer.behind);
    model.takeOffers(answer.suggestions);
    pane.rows.redraw(pane.rows.current);
    pane.rows.render();
    pane.repaint();
  }

  // The program has begun to learn from the last codings: asks once more when it will be done.
  catchUp(behind) {
    clearTimeout(this.later);
    const isAgain = this.isCatchingUp;
    this.isCatchingUp = behind > 0 && !isAgain;
    if (this.isCatchingUp) this.later = setTimeout(() => this.fetch(), CATCH_UP);
  }

  // The suggestion that the keys are about: the first one here, or null with a word on it.
  first() {
    const [offer] = this.pane.model.offersAt(this.pane.rows.current);
    if (!offer) this.pane.say(this.pane.words.no_offer);
    return offer || null;
  }

  accept(offer = this.first()) {
    if (!offer) return;
    this.pane.chosen = null;
    this.pane.deeds.toggle(offer.code, "accepted suggestion");
  }

  reject(offer = this.first()) {
    if (!offer) return;
    const { model, rows, deeds } = this.pane;
    this.pane.say("");
    deeds.act([model.operation("reject", rows.current, { code: offer.code })]);
  }

  // What is asked about here: the first suggestion, else a coding that was called into question.
  asked() {
    const { model, rows } = this.pane;
    return model.offersAt(rows.current)[0] || model.doubtsAt(rows.current)[0] || this.first();
  }

  why(offer = this.asked()) {
    if (offer) this.pane.why.open(offer);
  }

  next() {
    const at = this.pane.model.nextOffer(this.pane.rows.current);
    if (at === null) this.pane.say(this.pane.words.no_offers);
    else this.pane.go(at);
  }

  // What is said of them beside the progress: where something was probably missed.
  summary() {
    const count = this.pane.model.missedCount();
    return count ? fill(this.pane.words.missed_count, { count }) : "";
  }
}

// The box that says why: what speaks for a code and against it, and what was coded like it.
class Why {
  constructor(pane) {
    this.pane = pane;
    this.box = pane.part("why");
    keepInside(this.box);
    this.box.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (["Escape", "y", "Enter"].includes(event.key)) {
        event.preventDefault();
        this.close();
      }
    });
    pane.part("why-close").addEventListener("click", () => this.close());
  }

  get isOpen() {
    return !this.box.hidden;
  }

  async open(offer) {
    const { pane } = this;
    const { words, model, rows } = pane;
    const { position } = model.utterances[rows.current];
    this.asked = `${position} ${offer.code}`;
    const { name: code } = model.byId.get(offer.code);
    const title = offer.kind === DOUBTFUL ? words.why_doubt : words.why_title;
    pane.part("why-title").textContent = fill(title, { code, position });
    pane.part("why-close").textContent = words.close;
    this.paint(make("p", { class: "hint", role: "status" }, words.why_asking));
    this.box.hidden = false;
    placeBeside(pane, this.box);
    pane.part("why-close").focus({ preventScroll: true });
    const asked = this.asked;
    try {
      const answer = await pane.ask("why", { position, code: offer.code });
      if (asked === this.asked && this.isOpen) this.paint(...this.reasons(answer));
    } catch (problem) {
      if (asked === this.asked) this.paint(make("p", { role: "status" }, problem.sentence || words.no_answer));
    }
  }

  close() {
    if (!this.isOpen) return;
    this.box.hidden = true;
    this.asked = null;
    this.pane.rows.focus();
  }

  paint(...nodes) {
    this.pane.part("why-body").replaceChildren(...nodes);
    this.box.scrollTop = 0;
  }

  reasons({ note, behind, reasons, nearest }) {
    const { words } = this.pane;
    const most = Math.max(...reasons.map(({ weight }) => Math.abs(weight)), 1e-9);
    const column = (title, some, none) => {
      const lines = some.map(({ word, weight }) => {
        const bar = make("i", { class: "weight", "aria-hidden": "true", style: { width: `${(60 * Math.abs(weight)) / most}px` } });
        return make("li", {}, make("span", { dir: "auto" }, word), bar);
      });
      const list = make("ul", {}, ...(lines.length ? lines : [make("li", { class: "none" }, none)]));
      return make("div", {}, make("h3", {}, title), list);
    };
    const pro = column(words.why_for, reasons.filter(({ weight }) => weight > 0), words.why_nothing);
    const contra = column(words.why_against, reasons.filter(({ weight }) => weight < 0), words.why_nothing);
    const like = nearest.map(({ document, position, text }) =>
      make("li", {}, make("small", { dir: "auto" }, `${document}, ${position}`), make("span", { dir: "auto" }, text)));
    const none = make("li", { class: "none" }, words.why_none_like);
    return [
      note ? make("p", { class: "hint" }, note) : "",
      behind ? make("p", { class: "hint" }, fill(words.why_behind, { count: behind })) : "",
      make("div", { class: "columns" }, pro, contra),
      make("h3", {}, words.why_like),
      make("ul", { class: "like" }, ...(like.length ? like : [none])),
    ].filter(Boolean);
  }
}
