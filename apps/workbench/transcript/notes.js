// The box for what is noted: a memo on the utterance, memo and certainty of each code on it.

class Notes {
  constructor(pane) {
    this.pane = pane;
    this.box = pane.part("notes");
    this.target = pane.part("notes-target");
    this.text = pane.part("notes-text");
    this.sure = pane.part("notes-sure");
    keepInside(this.box);
    this.drafts = new Map(); // what was typed and not kept yet, by target
    this.target.addEventListener("change", () => this.show());
    this.text.addEventListener("input", () => this.drafts.set(this.key, this.text.value));
    this.box.addEventListener("keydown", (event) => this.hear(event));
    pane.part("notes-save").addEventListener("click", () => this.save());
    pane.part("notes-close").addEventListener("click", () => this.close());
  }

  get isOpen() {
    return !this.box.hidden;
  }

  open() {
    const { pane } = this;
    const at = pane.rows.current;
    const { codable } = pane.model.utterances[at];
    this.about = [{ name: pane.words.note_utterance, coding: null }];
    if (codable) {
      for (const coding of pane.model.marks[at]) {
        const code = pane.model.byId.get(coding.code)?.name || coding.code;
        const name = coding.start === null ? code : `${code}: “${beginning(pane.drawing.quote(at, coding), 30)}”`;
        this.about.push({ name, coding });
      }
    }
    this.target.replaceChildren(...this.about.map(({ name }, order) => make("option", { value: order }, name)));
    this.target.value = String(this.about.length - 1);
    pane.part("notes-title").textContent = fill(pane.words.note_title, { position: pane.model.utterances[at].position });
    pane.part("notes-save").textContent = pane.words.note_save;
    pane.part("notes-close").textContent = pane.words.close;
    this.target.setAttribute("aria-label", pane.words.note_on);
    this.text.setAttribute("aria-label", pane.words.note_text);
    this.text.setAttribute("placeholder", pane.words.note_text);
    this.sure.setAttribute("aria-label", pane.words.note_sure);
    const { certainty } = pane.words;
    const levels = certainty.map((name, level) => make("option", { value: level }, name));
    this.sure.replaceChildren(...levels);
    this.box.hidden = false;
    this.show();
    placeBeside(pane, this.box);
    this.text.focus();
  }

  close() {
    if (!this.isOpen) return;
    this.box.hidden = true;
    this.pane.rows.focus();
  }

  get current() {
    return this.about[Number(this.target.value)];
  }

  get key() {
    const { document, utterances } = this.pane.model;
    const { coding } = this.current;
    const part = coding ? `${coding.code} ${coding.start} ${coding.end}` : "";
    return `${document} ${utterances[this.pane.rows.current].start} ${part}`;
  }

  show() {
    const { coding } = this.current;
    const { model, rows } = this.pane;
    const kept = coding ? coding.memo : model.utterances[rows.current].memo;
    this.text.value = this.drafts.get(this.key) ?? kept ?? "";
    this.sure.hidden = !coding;
    this.sure.value = String(coding?.certainty || 0);
  }

  save() {
    const { coding } = this.current;
    const { pane } = this;
    const change = { action: "note", memo: this.text.value };
    if (coding) {
      const { code, start, end } = coding;
      Object.assign(change, { code, start, end, certainty: Number(this.sure.value) });
    }
    const { key } = this;
    this.close();
    pane.reading.send(change, pane.words.done_note, "notes").then((isKept) => isKept && this.drafts.delete(key));
  }

  hear(event) {
    event.stopPropagation();
    if (event.key === "Escape") {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.save();
    }
  }
}
