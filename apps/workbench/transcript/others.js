// What others have coded here, as thin stripes; the server says what of it this coder may see.

const OTHERS_EVERY = 8000; // milliseconds between looks while it is shown

class Others {
  constructor(pane) {
    this.pane = pane;
    this.byRow = new Map();
    this.isOn = false;
  }

  async toggle() {
    const { pane } = this;
    if (this.isOn) {
      this.stop();
      pane.rows.redrawAll();
      return pane.say(pane.words.others_off);
    }
    this.isOn = true;
    return this.fetch(true);
  }

  stop() {
    this.isOn = false;
    clearTimeout(this.timer);
    this.byRow.clear();
  }

  async fetch(isFirst = false) {
    const { pane } = this;
    clearTimeout(this.timer);
    const { model } = pane;
    try {
      const answer = await pane.ask("others");
      if (!this.isOn || model !== pane.model) return;
      if (answer.reason) this.stop();
      else this.timer = setTimeout(() => this.fetch(), OTHERS_EVERY);
      this.take(answer);
      if (isFirst || answer.reason) pane.say(answer.reason || this.told(answer));
    } catch (problem) {
      if (isFirst) this.stop();
      else this.timer = setTimeout(() => this.fetch(), OTHERS_EVERY);
      if (isFirst) pane.say(problem.sentence || pane.words.no_answer);
    }
  }

  told({ codings }) {
    const { words } = this.pane;
    const names = [...new Set(codings.map(({ coder }) => coder))];
    return names.length ? fill(words.others_on, { names: names.join(", ") }) : words.others_none;
  }

  take({ codings }) {
    const text = JSON.stringify(codings);
    if (text === this.text && this.byRow.size) return;
    this.text = text;
    this.byRow.clear();
    for (const one of codings) {
      const at = this.pane.model.index.get(one.position);
      if (at === undefined) continue;
      if (!this.byRow.has(at)) this.byRow.set(at, []);
      this.byRow.get(at).push(one);
    }
    this.pane.rows.redrawAll();
  }

  // One stripe for each coder and code on an utterance.
  stripes(at) {
    const { model, words } = this.pane;
    const found = this.byRow.get(at) || [];
    if (!found.length) return null;
    const lines = found.map(({ code, coder, start }) => {
      const known = model.byId.get(code);
      const part = start === null ? null : make("em", {}, ` ${words.part}`);
      return make("li", { style: { "--code": known?.colour || null }, dir: "auto" },
        make("b", {}, coder), ` ${known ? known.name : code}`, part);
    });
    return make("ul", { class: "others", "aria-label": words.others_here }, ...lines);
  }
}
