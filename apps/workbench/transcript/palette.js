// The two boxes over the transcript: find a code by typing, and the list of keys.

class Palette {
  constructor(pane) {
    this.pane = pane;
    this.box = pane.part("palette");
    this.input = pane.part("palette-input");
    this.list = pane.part("palette-list");
    this.about = pane.part("palette-about");
    this.input.addEventListener("input", () => this.search());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("focusout", (event) => {
      if (!this.box.contains(event.relatedTarget)) this.close(false);
    });
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[data-code]");
      if (option) this.choose(option.dataset.code, event.shiftKey);
    });
  }

  get isOpen() {
    return !this.box.hidden;
  }

  open() {
    this.box.hidden = false;
    this.input.value = "";
    this.search();
    this.input.focus();
  }

  close(refocus = true) {
    if (!this.isOpen) return;
    this.box.hidden = true;
    if (refocus) this.pane.rows.focus();
  }

  search() {
    this.found = searchCodes(this.pane.offered(), this.input.value);
    this.chosen = 0;
    this.paint();
  }

  paint() {
    const applied = this.pane.appliedCodes();
    const options = this.found.map((code, order) => {
      const theme = code.theme === code.name ? null : make("small", {}, code.theme);
      const tick = make("span", { class: "tick" }, applied.has(code.id) ? "✓" : "");
      const key = code.key ? make("kbd", {}, code.key) : null;
      const dot = make("i", { class: "dot", style: { "--code": code.colour } });
      const attributes = {
        id: `option-${order}`,
        role: "option",
        "data-code": code.id,
        "aria-selected": String(order === this.chosen),
      };
      return make("li", attributes, tick, dot, make("span", {}, code.name), theme, key);
    });
    const none = make("li", { class: "none" }, this.pane.words.no_code_fits);
    this.list.replaceChildren(...(options.length ? options : [none]));
    this.follow();
  }

  follow() {
    const code = this.found[this.chosen];
    [...this.list.children].forEach((option, order) => {
      option.setAttribute("aria-selected", String(order === this.chosen));
    });
    const option = code ? this.list.children[this.chosen] : null;
    option?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option ? option.id : "");
    this.about.replaceChildren(...this.pane.explanation(code));
  }

  key(event) {
    event.stopPropagation();
    const many = this.found.length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && many) {
      event.preventDefault();
      this.chosen = (this.chosen + step + many) % many;
      this.follow();
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      if (many) this.choose(this.found[this.chosen].id, event.shiftKey);
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      this.close();
    }
  }

  choose(code, stay) {
    if (!stay) this.close();
    this.pane.deeds.toggle(code);
    if (stay) this.paint();
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
