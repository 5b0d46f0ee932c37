// The two boxes over the transcript: find a code by typing, and the list of keys.

class Palette extends ListBox {
  constructor(pane) {
    super(pane, "palette");
    this.about = pane.part("palette-about");
  }

  open() {
    this.box.hidden = false;
    this.input.value = "";
    this.search();
    placeBeside(this.pane, this.box);
    this.input.focus();
  }

  look() {
    return searchCodes(this.pane.offered(), this.input.value);
  }

  paint() {
    const applied = this.pane.appliedCodes();
    const options = this.found.map((code, order) => {
      const theme = code.theme === code.name ? null : make("small", {}, code.theme);
      const tick = make("span", { class: "tick" }, applied.has(code.id) ? "✓" : "");
      const key = code.key ? make("kbd", {}, code.key) : null;
      const dot = make("i", { class: "dot", style: { "--code": code.colour } });
      return this.option(order, { "data-code": code.id }, tick, dot, make("span", {}, code.name), theme, key);
    });
    this.fillList(options, this.pane.words.no_code_fits);
  }

  follow() {
    super.follow();
    this.about.replaceChildren(...this.pane.explanation(this.found[this.chosen]));
  }

  take(code, stay) {
    if (!stay) this.close();
    this.pane.deeds.toggle(code.id);
    if (!stay) return;
    this.input.select(); // the next code is typed over the last
    this.paint();
  }
}

class Help {
  constructor(pane) {
    this.pane = pane;
    this.box = pane.part("help");
    keepInside(this.box);
    this.box.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (["Escape", "?", "Enter"].includes(event.key)) {
        event.preventDefault();
        this.close();
      }
    });
    pane.part("help-close").addEventListener("click", () => this.close());
  }

  get isOpen() {
    return !this.box.hidden;
  }

  open() {
    const { words, codes } = this.pane;
    const line = ([keys, meaning]) =>
      make("div", { class: "line" }, make("dt", {}, ...keys.map((key) => make("kbd", {}, key))), make("dd", { dir: "auto" }, meaning));
    const own = codes.filter((code) => code.key).map((code) => [[code.key], code.name]);
    this.pane.part("help-keys").replaceChildren(...words.keys.map(line));
    this.pane.part("help-codes").replaceChildren(...own.map(line));
    this.box.hidden = false;
    this.pane.part("help-close").focus({ preventScroll: true });
    this.box.scrollTop = 0;
  }

  close() {
    if (!this.isOpen) return;
    this.box.hidden = true;
    this.pane.rows.focus();
  }
}
