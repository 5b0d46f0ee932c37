// The coding pane: one long-lived object for each place on the page, whatever Streamlit reruns.

const shared = (window.__qualkit ||= { outboxes: new Map(), undo: new Map(), redo: new Map(), gone_to: null });

class Pane {
  constructor(root) {
    this.root = root;
    this.drawing = new Drawing(this);
    this.rows = new Rows(this.part("scroller"), this.part("canvas"), (at) => this.drawing.row(at));
    this.palette = new Palette(this);
    this.reading = new Reading(this);
    this.help = new Help(this);
    this.marking = new Marking(this);
    this.finding = new Finding(this);
    this.notes = new Notes(this);
    this.shown = new Shown(this);
    this.deeds = new Deeds(this);
    this.offers = new Offers(this);
    this.why = new Why(this);
    this.others = new Others(this);
    this.sizes = new Sizes(this);
    this.away = new Away(this);
    this.boxes = [this.palette, this.help, this.reading, this.finding, this.notes, this.why];
    this.codes = [];
    this.listen = (event) => this.hear(event);
    this.wire();
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  wire() {
    const pane = this.part("pane");
    pane.addEventListener("keydown", (event) => this.key(event));
    pane.addEventListener("mousedown", (event) => {
      if (event.target.closest("button")) event.preventDefault();
      this.isMouseDown = true; // the row must stay as it is while words are being selected
    });
    this.frame = new ResizeObserver(() => this.placeAgain());
    for (const part of [pane, this.part("scroller")]) this.frame.observe(part);
    this.release = () => setTimeout(() => (this.isMouseDown = false));
    window.addEventListener("mouseup", this.release);
    this.part("canvas").addEventListener("mouseup", (event) => this.mouse(event));
    this.part("canvas").addEventListener("focusin", (event) => {
      const row = event.target.closest(".row");
      if (row && !this.isMouseDown && Number(row.dataset.at) !== this.rows.current) this.go(Number(row.dataset.at));
    });
    for (const name of ["recent", "codebook"]) {
      this.part(name).addEventListener("click", (event) => {
        const button = event.target.closest("[data-code]");
        if (button) this.deeds.toggle(button.dataset.code);
      });
    }
    this.part("keys").addEventListener("click", () => this.help.open());
    this.part("find").addEventListener("click", () => this.palette.open());
    this.part("correct").addEventListener("click", () => this.model && this.reading.open());
  }

  // The window has another size now: a box about the current utterance goes beside it again.
  placeAgain() {
    const open = this.boxes.find((one) => one.isOpen && one.box.dataset.place);
    if (open && this.model) placeBeside(this, open.box, true);
  }

  // Called with every new ``data``: opens the document unless it is open already.
  update(data, send) {
    this.tellPage = send;
    const isSame = this.data && data.scope === this.data.scope && data.document === this.data.document;
    if (!isSame) this.shown.send(); // by the token of who saw it
    this.data = data;
    this.words = data.labels;
    this.part("keys").textContent = this.words.keys_button;
    this.part("find").textContent = this.words.find_button;
    this.part("correct").textContent = this.words.correct_button;
    for (const name of ["smaller", "larger"]) {
      this.part(name).setAttribute("aria-label", this.words[name]);
      this.part(name).setAttribute("title", this.words[name]);
    }
    this.part("codebook").setAttribute("aria-label", this.words.codebook_here);
    this.part("recent").setAttribute("aria-label", this.words.recent_here);
    this.part("help-title").textContent = this.words.help_title;
    this.part("help-close").textContent = this.words.close;
    this.part("palette").setAttribute("aria-label", this.words.palette);
    this.part("palette-input").setAttribute("placeholder", this.words.palette);
    this.part("palette-input").setAttribute("aria-label", this.words.palette);
    this.part("canvas").setAttribute("aria-label", data.document);
    this.attach();
    if (!isSame || !this.model) this.load(true);
    else this.follow();
  }

  attach() {
    const { scope, token, url } = this.data;
    if (!shared.outboxes.has(scope)) shared.outboxes.set(scope, new Outbox(scope));
    this.outbox?.listeners.delete(this.listen);
    this.outbox = shared.outboxes.get(scope);
    this.deeds.attach(scope);
    this.outbox.listeners.add(this.listen);
    Object.assign(this.outbox, { token, url: `${url}/operations`, documents: `${url}/document` });
    this.outbox.flush();
    this.hearTabs(`qualkit.reading.${scope.split(".")[0]}`);
  }

  hearTabs(name) {
    if (this.channel?.name === name || !("BroadcastChannel" in window)) return;
    this.channel?.close();
    this.channel = new BroadcastChannel(name);
    this.channel.onmessage = ({ data }) => this.corrected(data);
  }

  // Another tab corrected the reading of a document.
  async corrected({ document, revision }) {
    if (document !== this.data.document || !this.model || revision <= this.model.revision) return;
    await this.load(false);
    this.say(this.words.corrected_elsewhere);
  }

  announce({ document, revision }) {
    this.channel?.postMessage({ document, revision });
  }

  detach() {
    this.outbox?.listeners.delete(this.listen);
    this.channel?.close();
    this.rows.watcher.disconnect();
    this.frame.disconnect();
    this.shown.close();
    this.others.stop();
    window.removeEventListener("mouseup", this.release);
    this.away.close();
    clearTimeout(this.again);
  }

  async ask(what, more = {}) {
    const query = new URLSearchParams({ document: this.data.document, ...more });
    const headers = { "x-qualkit-token": this.data.token };
    return readJson(await fetch(`${this.data.url}/${what}?${query}`, { headers }));
  }

  async post(what, body, keepalive = false) {
    const headers = { "content-type": "application/json", "x-qualkit-token": this.data.token };
    const request = { method: "POST", headers, body: JSON.stringify(body), keepalive };
    return readJson(await fetch(`${this.data.url}/${what}`, request));
  }

  async load(isFresh) {
    const { data, outbox } = this;
    const before = outbox.settled.length;
    clearTimeout(this.again);
    try {
      const answer = await this.ask("document");
      if (data.document !== this.data.document || data.scope !== this.data.scope) return;
      // The answer may be older than what was stored since it was asked for.
      this.take(answer, isFresh, [...outbox.settled.slice(before), ...outbox.waiting]);
    } catch (problem) {
      this.say(problem.sentence || this.words.no_answer);
      this.again = setTimeout(() => this.load(isFresh), 1500);
    }
  }

  take(answer, isFresh, operations) {
    const kept = this.model?.utterances[this.rows.current]?.start; // numbers may have changed
    this.reading.close(false);
    this.caret = null;
    this.model = new Model(answer);
    this.part("pane").dataset.round = answer.round;
    this.codes = this.model.codes;
    this.byKey = assignKeys(this.codes);
    operations.forEach((op) => this.model.carryOut(op));
    this.chosen = null;
    const view = this.part("scroller").clientWidth - 430;
    const letters = Math.max(30, view / 7.4);
    const estimates = this.model.utterances.map(
      (one) => 26 + 24 * Math.max(1, Math.ceil(one.text.length / letters)),
    );
    const start = isFresh || kept === undefined ? this.remembered() : this.model.rowAt(kept);
    this.rows.reset(estimates, start);
    this.deeds.recall();
    this.go(start);
    this.repaint();
    if (isFresh) this.say("");
    this.follow();
    this.offers.fetch();
    if (this.others.isOn) this.others.fetch();
  }

  storage(name) {
    return `qualkit.${name}.${this.data.scope}`;
  }

  remembered() {
    const stored = localStorage.getItem(`${this.storage("place")}.${this.data.document}`);
    if (stored !== null) return this.model.rowAt(Number(stored));
    return Math.max(0, this.model.utterances.findIndex((one) => one.codable));
  }

  // Goes where a link pointed, once.
  follow() {
    const { goto } = this.data;
    if (!goto || !this.model || shared.gone_to === goto.id) return;
    shared.gone_to = goto.id;
    const at = this.model.index.get(goto.position);
    if (at !== undefined) this.go(at);
  }

  go(at) {
    const next = Math.max(0, Math.min(at, this.model.utterances.length - 1));
    if (this.rows.current !== next) {
      this.marking.stop();
      this.say(""); // what was said was about the row that is left
      for (const box of [this.notes, this.why, this.help]) box.close(); // they are about one row
    }
    if (this.chosen && this.chosen.at !== next) this.choose(null);
    this.rows.show(next);
    this.refocus();
    const place = this.model.utterances[next]?.start ?? 0;
    localStorage.setItem(`${this.storage("place")}.${this.data.document}`, place);
    this.paintPressed();
  }

  refocus() {
    if (this.model && !this.boxes.some((one) => one.isOpen)) this.rows.focus();
  }

  choose(span) {
    const before = this.chosen;
    this.chosen = span;
    for (const at of new Set([before?.at, span?.at])) {
      if (at !== undefined) this.rows.redraw(at);
    }
    this.rows.render();
  }

  letGo() {
    this.marking.stop();
    if (this.chosen) this.say("");
    this.choose(null);
  }

  offered() {
    return this.codes.filter((code) => !code.retired);
  }

  appliedCodes() {
    return new Set(this.model.marks[this.rows.current].map((one) => one.code));
  }

  explanation(code) {
    if (!code) return [];
    const { include, exclude } = this.words;
    const part = (word, text) => (text ? make("p", {}, word && make("b", {}, `${word} `), text) : null);
    const all = [part("", code.definition), part(include, code.include), part(exclude, code.exclude)];
    return all.filter(Boolean);
  }

  // Goes to another document, by way of the page, which has the address.
  leaveFor(document) {
    if (document !== this.data.document) this.tellPage("document", document);
  }

  nextFinding() {
    const at = this.model.nextFinding(this.rows.current);
    if (at === null) return this.say(this.words.no_finding);
    return this.go(at); // where it says why
  }

  nextOpen() {
    const at = this.model.nextOpen(this.rows.current);
    if (at === null) this.say(this.words.all_reviewed);
    else this.go(at);
  }

  step(by) {
    this.go(this.rows.current + by);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.model) return;
    const open = this.boxes.find((one) => one.isOpen);
    if (open) {
      if (event.key === "Escape") open.close();
      return;
    }
    if (this.marking.isOn && this.marking.key(event)) {
      event.stopPropagation();
      event.preventDefault();
      return;
    }
    if (event.key === "Escape" && this.reading.pending) this.reading.cancel();
    const deed = deedFor(this, event.key);
    if (event.key.length === 1) event.stopPropagation(); // Streamlit has keys of its own: c, r
    if (!deed) return;
    event.stopPropagation();
    event.preventDefault();
    deed();
  }

  mouse(event) {
    const row = event.target.closest(".row");
    if (!row || event.target.closest("button")) return;
    const at = Number(row.dataset.at);
    const utterance = this.model.utterances[at];
    const span = selectedSpan(this.root.getRootNode(), row.querySelector(".txt"), utterance);
    const units = span ? null : caretIn(this.root.getRootNode(), row.querySelector(".txt"));
    this.caret = units === null ? null : { at, units, start: utterance.start };
    if (at !== this.rows.current) this.go(at);
    else this.rows.focus();
    if (span && utterance.codable && !utterance.is_whole) {
      this.say(this.words.whole_only);
    } else if (span && utterance.codable) {
      this.choose({ at, ...span });
      getSelection().removeAllRanges();
      this.say(this.words.words_chosen);
    } else if (this.chosen) {
      this.choose(null);
      this.say("");
    }
  }

  hear(event) {
    if (event.refused) {
      this.say(fill(this.words.refused, { reason: [...new Set(event.refused)].join(" ") }));
      this.load(false);
    }
    if (event.corrected === this.data.document) this.load(false);
    if (event.stored) this.offers.count(event.stored);
    if (event.elsewhere && this.model) {
      event.elsewhere.forEach((op) => this.model.carryOut(op));
      this.rows.redrawAll();
      this.repaint();
    }
    if (this.wasTrouble && this.outbox.trouble === null) this.away.lost();
    this.wasTrouble = this.outbox.trouble !== null;
    this.paintSaved();
  }

  say(sentence) {
    const line = this.part("message");
    line.textContent = sentence;
    line.hidden = !sentence;
  }

  // What depends on all codings; painted after the row itself.
  repaint() {
    this.paintSaved();
    cancelAnimationFrame(this.later);
    this.later = requestAnimationFrame(() => {
      const done = this.model.reviewedCount();
      const all = this.model.codable;
      this.part("progress").textContent = fill(this.words.progress, { done, all });
      this.part("missed").textContent = this.offers.summary();
      this.part("meter").style.width = `${all ? (100 * done) / all : 0}%`;
      this.part("recent").replaceChildren(...this.drawing.recent());
      this.part("codebook").replaceChildren(...this.drawing.codebook());
    });
  }

  // Lets the codebook beside the text show a code that was just used.
  showCode(code) {
    this.part("codebook").querySelector(`[data-code="${CSS.escape(code)}"]`)?.scrollIntoView({ block: "nearest" });
  }

  paintPressed() {
    const applied = this.appliedCodes();
    for (const button of this.part("codebook").querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(applied.has(button.dataset.code)));
    }
  }

  paintSaved() {
    const count = this.outbox.waiting.length;
    const { all_saved, not_saved, trying } = this.words;
    const isTrouble = this.outbox.trouble !== null && count > 0;
    const sentence = count ? fill(not_saved, { count }) : all_saved;
    const reason = isTrouble ? ` – ${this.outbox.trouble || trying}` : "";
    this.part("saved").textContent = sentence + reason;
    this.part("saved").dataset.state = isTrouble ? "trouble" : count ? "waiting" : "saved";
  }
}

const panes = new WeakMap();

export default ({ data, parentElement, setTriggerValue }) => {
  if (!panes.has(parentElement)) panes.set(parentElement, new Pane(parentElement));
  const pane = panes.get(parentElement);
  pane.update(data, setTriggerValue);
  return () => {
    pane.detach();
    panes.delete(parentElement);
  };
};
