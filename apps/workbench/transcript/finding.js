// The box that goes somewhere: to words in this document, or to another document.

const MOST_FOUND = 60;
const AROUND = 38;

class Finding {
  constructor(pane) {
    this.pane = pane;
    this.box = pane.part("finding");
    this.input = pane.part("finding-input");
    this.list = pane.part("finding-list");
    this.count = pane.part("finding-count");
    this.typed = { words: "", documents: "" };
    this.input.addEventListener("input", () => this.search());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("focusout", (event) => {
      if (!this.box.contains(event.relatedTarget)) this.close(false);
    });
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[data-order]");
      if (option) this.run(Number(option.dataset.order));
    });
  }

  get isOpen() {
    return !this.box.hidden;
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

  close(refocus = true) {
    if (!this.isOpen) return;
    this.box.hidden = true;
    if (refocus) this.pane.rows.focus();
  }

  search() {
    this.typed[this.what] = this.input.value;
    this.found = this.what === "words" ? this.places() : this.documents();
    const from = this.pane.rows.current;
    const next = this.what === "words" ? this.found.findIndex((one) => one.at > from) : 0;
    this.chosen = Math.max(0, next);
    this.paint();
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
    const first = Math.max(0, Math.min(this.chosen - 5, this.found.length - MOST_FOUND));
    this.first = first;
    const options = this.found.slice(first, first + MOST_FOUND).map((one, order) => {
      const attributes = { id: `finding-${order}`, role: "option", "data-order": first + order };
      const number = one.at === undefined ? null : make("small", {}, String(this.pane.model.utterances[one.at].position));
      const who = one.who ? make("small", { dir: "auto" }, one.who) : null;
      return make("li", attributes, number, make("span", { dir: "auto" }, one.words), who);
    });
    const none = make("li", { class: "none" }, this.pane.words.find_none);
    const isAsked = this.what === "documents" || this.input.value.trim();
    this.list.replaceChildren(...(options.length ? options : isAsked ? [none] : []));
    this.count.textContent = this.what === "words" && isAsked ? fill(this.pane.words.find_count, { count: this.found.length }) : "";
    this.follow();
  }

  follow() {
    const order = this.chosen - this.first;
    [...this.list.children].forEach((option, place) => {
      if (option.dataset.order) option.setAttribute("aria-selected", String(place === order));
    });
    const option = this.found.length ? this.list.children[order] : null;
    option?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option ? option.id : "");
  }

  key(event) {
    event.stopPropagation();
    const many = this.found.length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && many) {
      event.preventDefault();
      this.chosen = (this.chosen + step + many) % many;
      this.paint();
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      if (many) this.run(this.chosen);
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      this.close();
    }
  }

  run(order) {
    this.close();
    this.found[order].run();
  }
}
