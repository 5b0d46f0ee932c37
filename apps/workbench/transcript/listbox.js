// A box with a line to type in and a list under it: arrows choose, Enter takes, Escape leaves. Who
// builds on it says what is found (`look`), how it is drawn (`draw`) and what taking one does (`take`).

class ListBox {
  constructor(pane, name) {
    this.pane = pane;
    this.name = name;
    this.box = pane.part(name);
    this.input = pane.part(`${name}-input`);
    this.list = pane.part(`${name}-list`);
    this.found = [];
    this.first = 0; // the place in `found` of the first that is drawn
    this.input.addEventListener("input", () => this.search());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.box.addEventListener("focusout", (event) => {
      if (!this.box.contains(event.relatedTarget)) this.close(false);
    });
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[data-order]");
      if (option) this.take(this.found[Number(option.dataset.order)], event.shiftKey);
    });
  }

  get isOpen() {
    return !this.box.hidden;
  }

  close(refocus = true) {
    if (!this.isOpen) return;
    this.box.hidden = true;
    if (refocus) this.pane.rows.focus();
  }

  // What is chosen before anyone has pressed an arrow.
  get begin() {
    return 0;
  }

  search() {
    this.found = this.look();
    this.chosen = this.begin;
    this.paint();
  }

  // Fills the list with `drawn`, options made by `option`, or with the sentence for nothing found.
  fillList(drawn, nothing) {
    const none = nothing ? [make("li", { class: "none" }, nothing)] : [];
    this.list.replaceChildren(...(drawn.length ? drawn : none));
    this.follow();
  }

  option(order, attributes, ...parts) {
    return make("li", { id: `${this.name}-${order}`, role: "option", "data-order": order, ...attributes }, ...parts);
  }

  follow() {
    const place = this.chosen - this.first;
    [...this.list.children].forEach((option, order) => {
      if (option.dataset.order) option.setAttribute("aria-selected", String(order === place));
    });
    const option = this.found.length ? this.list.children[place] : null;
    option?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option ? option.id : "");
  }

  key(event) {
    event.stopPropagation();
    const many = this.found.length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && many) {
      event.preventDefault();
      this.move((this.chosen + step + many) % many);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      if (many) this.take(this.found[this.chosen], event.shiftKey);
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      this.close();
    }
  }

  move(order) {
    this.chosen = order;
    this.follow();
  }
}
