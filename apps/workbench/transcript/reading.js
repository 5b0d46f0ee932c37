// Corrections of the reading: a box of its own, so that nobody splits an utterance by accident.

const MOST_PLACES = 40;

// Where the second part of an utterance may begin, as UTF-16 units: at the words typed, or at each
// sentence while nothing is typed.
const cutsOf = (text, typed) => {
  const cuts = [];
  const wanted = typed.trim().toLowerCase();
  if (wanted) {
    const lower = text.toLowerCase();
    if (lower.length !== text.length) return cutsOfSame(text, typed.trim());
    for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + 1)) cuts.push(at);
  } else {
    for (const match of text.matchAll(/[.!?…]["'”’)\]]*\s+(?=\S)|\n\s*(?=\S)/gu)) {
      cuts.push(match.index + match[0].length);
    }
  }
  return cuts.filter((at) => at > 0 && text.slice(0, at).trim() && text.slice(at).trim()).slice(0, MOST_PLACES);
};

// Some letters change their length with their case; then the case has to be the right one.
const cutsOfSame = (text, wanted) => {
  const cuts = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    if (at > 0) cuts.push(at);
  }
  return cuts.slice(0, MOST_PLACES);
};

const beginning = (text, letters = 60) => {
  const flat = text.replace(/\s+/g, " ").trim();
  return flat.length > letters ? `${[...flat].slice(0, letters).join("")}…` : flat;
};

const ending = (text, letters = 34) => {
  const flat = text.replace(/\s+/g, " ").trim();
  if (flat.length <= letters) return flat;
  const cut = [...flat].slice(-letters).join("");
  return `…${cut.includes(" ") ? cut.slice(cut.indexOf(" ")) : cut}`;
};

class Reading extends ListBox {
  constructor(pane) {
    super(pane, "reading");
    this.pending = null; // the correction that waits or is under way
  }

  get words() {
    return this.pane.words;
  }

  get utterance() {
    return this.pane.model.utterances[this.pane.rows.current];
  }

  open() {
    if (this.pending) return;
    this.box.hidden = false;
    const title = fill(this.words.reading_title, { position: this.utterance.position });
    this.pane.part("reading-title").textContent = title;
    const noticed = this.utterance.findings.map((message) => make("li", {}, message));
    this.pane.part("reading-findings").replaceChildren(...noticed);
    placeBeside(this.pane, this.box);
    this.show("what", this.words.reading_what);
  }

  // One of the three lists: what to do, where to split, whose words.
  show(step, prompt) {
    this.step = step;
    this.input.value = "";
    this.input.setAttribute("placeholder", prompt);
    this.input.setAttribute("aria-label", prompt);
    this.search();
    this.input.focus();
  }

  look() {
    return { what: () => this.deeds(), split: () => this.cuts(), speaker: () => this.names() }[this.step]();
  }

  deeds() {
    const { utterance, words } = this;
    const next = this.pane.model.utterances.slice(this.pane.rows.current + 1).find((one) => one.codable);
    const here = this.placeChosen();
    const all = [
      here !== null && { name: words.split_here, detail: beginning(utterance.text.slice(here)), run: () => this.split(here) },
      { name: words.split, detail: words.split_about, run: () => this.askWhere() },
      utterance.codable && next && { name: words.join, detail: beginning(next.text), run: () => this.send({ action: "join" }, words.done_join) },
      { name: words.give, detail: utterance.speaker || words.nobody, run: () => this.show("speaker", words.give_about) },
      utterance.codable
        ? { name: words.set_aside, detail: words.set_aside_about, run: () => this.send({ action: "codable", value: false }, words.done_aside) }
        : { name: words.take_in, detail: utterance.note || "", run: () => this.send({ action: "codable", value: true }, words.done_in) },
      utterance.reported
        ? { name: words.as_spoken, detail: words.as_spoken_about, run: () => this.send({ action: "reported", value: false }, words.done_spoken) }
        : { name: words.as_reported, detail: words.as_reported_about, run: () => this.send({ action: "reported", value: true }, words.done_reported) },
    ];
    return searchCodes(all.filter(Boolean), this.input.value);
  }

  // Where the words chosen begin, or the caret stands, in UTF-16 units; null for nowhere inside.
  placeChosen() {
    const { chosen, caret, rows } = this.pane;
    const { text, start, is_whole: isWhole } = this.utterance;
    if (!isWhole) return null;
    const at = chosen?.at === rows.current
      ? utf16Units(text, chosen.start - start)
      : caret?.at === rows.current && caret.start === start ? caret.units : null;
    return at !== null && text.slice(0, at).trim() && text.slice(at).trim() ? at : null;
  }

  askWhere() {
    if (this.utterance.is_whole) return this.show("split", this.words.split_where);
    this.close();
    return this.pane.say(this.words.split_not);
  }

  cuts() {
    const { text } = this.utterance;
    return cutsOf(text, this.input.value).map((at) => ({
      name: beginning(text.slice(at)),
      detail: ending(text.slice(0, at)),
      isCut: true,
      run: () => this.split(at),
    }));
  }

  split(at) {
    const points = codePoints(this.utterance.text, at);
    return this.send({ action: "split", at: points }, this.words.done_split);
  }

  names() {
    const typed = this.input.value.replace(/\s+/g, " ").trim();
    const { speakers } = this.pane.model;
    const give = (speaker) => this.send({ action: "speaker", speaker }, fill(this.words.done_give, { speaker }));
    const all = speakers.filter((name) => name !== this.utterance.speaker);
    const fitting = searchCodes(all.map((name) => ({ name, detail: "", run: () => give(name) })), typed);
    const isNew = typed && !speakers.some((name) => plain(name) === plain(typed));
    const fresh = { name: fill(this.words.new_name, { name: typed }), detail: "", run: () => give(typed) };
    return isNew ? [...fitting, fresh] : fitting;
  }

  paint() {
    const options = this.found.map(({ name, detail, isCut }, order) => {
      const small = detail ? make("small", { dir: "auto" }, detail) : null;
      const words = make("span", { dir: "auto" }, name);
      const cut = make("b", { class: "cut", "aria-hidden": "true" }, "|");
      return this.option(order, { class: isCut ? "is-cut" : null }, ...(isCut ? [small, cut, words] : [words, small]));
    });
    this.fillList(options, this.step === "split" ? this.words.split_none : this.words.reading_none);
  }

  take(option) {
    option.run();
  }

  // Sends one correction or note, when everything done before is on disk, and shows the document
  // anew. Gives whether it is on disk.
  async send(change, done, route = "corrections") {
    const { pane, words, utterance } = this;
    const { position, start, end } = utterance;
    const mine = { ...change, document: pane.data.document, position, start_of: start, end_of: end };
    const isHere = () => pane.data.document === mine.document;
    this.close();
    this.pending = mine;
    if (pane.outbox.waiting.length) pane.say(words.reading_waits);
    const isSaved = await pane.outbox.drained(() => this.pending === mine && isHere());
    if (!isSaved) {
      this.finish(mine, words.reading_dropped);
      return false;
    }
    pane.say(words.reading_sent);
    try {
      const answer = await pane.post(route, mine);
      pane.announce(answer);
      if (isHere()) pane.take(answer, false, pane.outbox.waiting);
      this.finish(mine, done);
      return true;
    } catch (problem) {
      if (problem.status === 409) await pane.load(false);
      this.finish(mine, problem.sentence || words.reading_lost);
      return false;
    }
  }

  finish(mine, sentence) {
    if (this.pending === mine || this.pending === null) this.pane.say(sentence);
    if (this.pending === mine) this.pending = null;
  }

  // Lets go of a correction that still waits for the outbox.
  cancel() {
    this.pending = null;
    this.pane.outbox.tell({ changed: true });
  }
}
