// The box that goes somewhere: to words in this document, or to another document.

const MOST_FOUND = 60;
const AROUND = 38;

class Finding extends ListBox {
  constructor(pane) {
    super(pane, "finding");
    this.count = pane.part("finding-count");
    this.typed = { words: "", documents: "" };
  }

  // ``what`` is "words" or "documents".
  open(what) {
    this.what = what;
    this.box.hidden = false;
    const prompt = this.pane.words[`find_${what}`];
    this.box.setAttribute("aria-label", prompt);
    this.input.setAttribute("placeholder", prompt);
    this.input.setAttribute("aria-label", prompt);
    this.input.value = this.typed[what];
    this.search();
    this.input.focus();
    this.input.select();
  }

  look() {
    this.typed[this.what] = this.input.value;
    return this.what === "words" ? this.places() : this.documents();
  }

  // The next place from here on.
  get begin() {
    const from = this.pane.rows.current;
    return this.what === "words" ? Math.max(0, this.found.findIndex((one) => one.at > from)) : 0;
  }

  documents() {
    const names = this.pane.data.documents.map((name) => ({ name }));
    return searchCodes(names, this.input.value).map(({ name }) => ({ words: name, run: () => this.pane.leaveFor(name) }));
  }

  // The utterances whose words, speaker or label hold what is typed, whatever case and accents.
  places() {
    const wanted = plain(this.input.value.trim());
    if (!wanted) return [];
    const found = [];
    this.pane.model.utterances.forEach((one, at) => {
      const isThere = [one.text, one.speaker, one.label].some((text) => text && plain(text).includes(wanted));
      if (isThere) found.push({ at, words: this.around(one.text, wanted), who: one.speaker, run: () => this.pane.go(at) });
    });
    return found;
  }

  around(text, wanted) {
    const flat = text.replace(/\s+/g, " ");
    const at = plain(flat).indexOf(wanted);
    const from = Math.max(0, at - AROUND);
    return `${from ? "…" : ""}${beginning(flat.slice(from), 3 * AROUND)}`;
  }

  paint() {
    this.first = Math.max(0, Math.min(this.chosen - 5, this.found.length - MOST_FOUND));
    const options = this.found.slice(this.first, this.first + MOST_FOUND).map((one, order) => {
      const number = one.at === undefined ? null : make("small", {}, String(this.pane.model.utterances[one.at].position));
      const who = one.who ? make("small", { dir: "auto" }, one.who) : null;
      return this.option(this.first + order, {}, number, make("span", { dir: "auto" }, one.words), who);
    });
    const isAsked = this.what === "documents" || this.input.value.trim();
    this.fillList(options, isAsked ? this.pane.words.find_none : "");
    this.count.textContent = this.what === "words" && isAsked ? fill(this.pane.words.find_count, { count: this.found.length }) : "";
  }

  move(order) {
    this.chosen = order;
    this.paint();
  }

  take(found) {
    this.close();
    found.run();
  }
}
