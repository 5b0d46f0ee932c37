// What an utterance looks like: its words with the coded spans marked, and its codes beside it.

class Drawing {
  constructor(pane) {
    this.pane = pane;
  }

  row(at) {
    const { model, rows } = this.pane;
    const utterance = model.utterances[at];
    const isCurrent = at === rows.current;
    const kind = utterance.kind.replace(" ", "-");
    const classes = ["row", `is-${kind}`];
    if (!utterance.codable) classes.push("aside");
    if (isCurrent) classes.push("current");
    if (model.seen.has(at)) classes.push("seen");
    const attributes = {
      class: classes.join(" "),
      role: "listitem",
      tabindex: isCurrent ? "0" : "-1",
      "data-at": at,
      "aria-setsize": model.utterances.length,
      "aria-posinset": at + 1,
      "aria-current": isCurrent ? "true" : null,
    };
    const mid = make("div", { class: "txt", dir: "auto" }, ...this.pieces(at));
    const note = !utterance.codable && utterance.note ? utterance.note : null;
    const words = make("div", { class: "words" }, mid, note && make("small", {}, note), isCurrent ? this.noticed(at) : null);
    return make("div", attributes, this.number(at), this.who(utterance), words, this.codes(at));
  }

  number(at) {
    const { model, words } = this.pane;
    const { position, findings } = model.utterances[at];
    const nothing = model.seen.has(at) && !model.marks[at].length;
    const tick = nothing
      ? make("span", { class: "tick", title: words.nothing_applies, role: "img", "aria-label": words.nothing_applies }, "✓")
      : null;
    const noticed = findings.length
      ? make("span", { class: "flag", title: findings.join("\n"), role: "img", "aria-label": findings.join(" ") }, "⚑")
      : null;
    const { memo } = model.utterances[at];
    const noted = memo ? make("span", { class: "memo", title: memo, role: "img", "aria-label": memo }, "✎") : null;
    return make("div", { class: "num" }, String(position), tick, noticed, noted);
  }

  // Why there is a flag, under the words of the utterance one is on.
  noticed(at) {
    const { findings } = this.pane.model.utterances[at];
    const lines = findings.map((message) => make("li", { dir: "auto" }, message));
    return lines.length ? make("ul", { class: "noticed", "aria-label": this.pane.words.noticed_here }, ...lines) : null;
  }

  who(utterance) {
    const type = utterance.stakeholder_type;
    const small = type
      ? make("small", { style: { "--type": this.pane.model.types[type] || null } }, type)
      : null;
    const label = utterance.label ? make("span", { class: "label" }, utterance.label) : null;
    const name = utterance.speaker ? make("b", { dir: "auto" }, utterance.speaker) : null;
    const told = utterance.reported
      ? make("span", { class: "label" }, this.pane.words.reported)
      : null;
    return make("div", { class: "who" }, name, label, told, small);
  }

  // The words, cut at every edge of a span, so that overlapping spans are marked one by one.
  pieces(at) {
    const { model, chosen } = this.pane;
    const { text, start: base } = model.utterances[at];
    const spans = model.marks[at]
      .filter((one) => one.start !== null)
      .map((one) => ({ ...one, colour: model.byId.get(one.code)?.colour }));
    if (chosen?.at === at) spans.push({ ...chosen, pending: true });
    if (!spans.length) return flowing(text);
    for (const span of spans) {
      span.from = utf16Units(text, span.start - base);
      span.to = utf16Units(text, span.end - base);
    }
    const edges = new Set([0, text.length, ...spans.flatMap(({ from, to }) => [from, to])]);
    const cuts = [...edges].sort((a, b) => a - b);
    return cuts.slice(0, -1).map((from, order) => {
      const words = text.slice(from, cuts[order + 1]);
      const over = spans.filter((span) => span.from <= from && span.to >= cuts[order + 1]);
      if (!over.length) return flowing(words, text.slice(0, from));
      const own = over.filter((span) => !span.pending);
      const style = own.length ? { "--code": own[own.length - 1].colour } : {};
      const state = over.length > own.length ? "pending" : null;
      return [make("mark", { class: state, style }, ...flowing(words, text.slice(0, from)))];
    }).flat();
  }

  codes(at) {
    const { model, words, rows } = this.pane;
    const box = make("div", { class: "codes" });
    for (const coding of model.marks[at]) box.append(this.chip(at, coding));
    if (at === rows.current && model.utterances[at].codable) {
      const offers = model.offersAt(at);
      offers.forEach((offer, order) => box.append(this.offer(offer, order)));
      const painted = [...offers, ...model.doubtsAt(at)];
      if (painted.length) this.pane.shown.note(model.utterances[at].position, painted);
    }
    const stripes = this.pane.others.stripes(at);
    if (stripes) box.append(stripes);
    if (box.childElementCount) box.setAttribute("aria-label", words.codes_here);
    if (box.childElementCount) box.setAttribute("role", "group");
    return box;
  }

  chip(at, coding) {
    const { model, words } = this.pane;
    const code = model.byId.get(coding.code);
    const name = code ? code.name : coding.code;
    const part = coding.start === null ? null : make("em", {}, words.part);
    const close = make(
      "button",
      { type: "button", tabindex: "-1", "aria-label": fill(words.remove_code, { code: name }) },
      "×",
    );
    close.addEventListener("click", () => this.pane.deeds.remove(at, coding));
    const style = { "--code": code?.colour || null };
    const title = coding.start === null ? name : `${name}: “${this.quote(at, coding)}”`;
    const sure = coding.certainty ? make("em", { title: words.certainty[coding.certainty] }, "?".repeat(3 - coding.certainty) || "!") : null;
    const noted = coding.memo ? make("em", { title: coding.memo, role: "img", "aria-label": coding.memo }, "✎") : null;
    const [doubt] = at === this.pane.rows.current ? model.doubtsAt(at).filter((one) => one.code === coding.code) : [];
    const doubted = doubt ? this.doubt(doubt, name) : null;
    return make("span", { class: "chip", style, title }, make("span", { dir: "auto" }, name), part, sure, doubted, noted, close);
  }

  doubt(offer, code) {
    const { words, offers } = this.pane;
    const about = { title: offer.note || words.why_about, "aria-label": fill(words.why_doubted, { code }) };
    const button = make("button", { type: "button", class: "doubt", tabindex: "-1", ...about }, words.doubtful);
    button.addEventListener("click", () => offers.why(offer));
    return button;
  }

  quote(at, { start, end }) {
    const { text, start: base } = this.pane.model.utterances[at];
    return text.slice(utf16Units(text, start - base), utf16Units(text, end - base));
  }

  offer(offer, order) {
    const { model, words } = this.pane;
    const code = model.byId.get(offer.code);
    const sure = offer.probability === null ? null : Math.round(offer.probability * 100);
    const bar = make("span", { class: "bar", "aria-hidden": "true" }, make("i"));
    bar.firstChild.style.width = `${sure || 0}%`;
    const share = sure === null ? make("em", {}, words.by_codebook) : make("em", {}, `${sure} %`);
    const missed = model.suggestions === "always" ? null : make("em", {}, words.missed);
    const deed = (label, act, attributes, ...inside) => {
      const button = make("button", { type: "button", tabindex: "-1", "aria-label": fill(label, { code: code.name }), ...attributes }, ...inside);
      button.addEventListener("click", act);
      return button;
    };
    const { offers } = this.pane;
    return make(
      "span",
      { class: "chip offer", style: { "--code": code.colour } },
      deed(words.accept_code, () => offers.accept(offer), { class: "take", title: offer.note || null },
        make("span", { dir: "auto" }, code.name), missed, sure === null ? null : bar, share, order ? null : make("kbd", {}, "a")),
      deed(words.why_code, () => offers.why(offer), { title: words.why_about }, "?"),
      deed(words.reject_code, () => offers.reject(offer), { title: words.reject_about }, "×"),
    );
  }

  recent() {
    const { model, words, deeds } = this.pane;
    const buttons = deeds.slots.map((id, order) => {
      if (deeds.numbered(order + 1) === undefined) return null;
      const code = model.byId.get(id);
      return make(
        "button",
        { type: "button", class: "chip", tabindex: "-1", "data-code": id, title: code.name, style: { "--code": code.colour } },
        make("kbd", {}, String(order + 1)),
        make("span", { dir: "auto" }, code.name),
      );
    }).filter(Boolean);
    const hint = make("span", { class: "hint" }, words.recent_empty);
    return buttons.length ? buttons : [hint];
  }

  // The codebook as a list of buttons, with the keys and the numbers in this document.
  codebook() {
    const { codes, model, words } = this.pane;
    const counted = model.counts();
    const applied = this.pane.appliedCodes();
    if (!codes.length) return [make("p", { class: "hint" }, words.no_codes)];
    return codes
      .filter((code) => !code.retired || counted.has(code.id))
      .map((code) => {
        const count = counted.get(code.id) || "";
        const about = [code.definition, code.include && `${words.include} ${code.include}`, code.exclude && `${words.exclude} ${code.exclude}`];
        return make(
          "button",
          {
            type: "button",
            class: `depth-${Math.min(code.depth, 2)}`,
            tabindex: "-1",
            "data-code": code.id,
            "aria-pressed": String(applied.has(code.id)),
            title: about.filter(Boolean).join("\n\n"),
            disabled: code.retired,
          },
          make("i", { class: "dot", style: { "--code": code.colour } }),
          make("span", { class: "name" }, code.name),
          code.key ? make("kbd", {}, code.key) : null,
          make("span", { class: "count" }, String(count)),
        );
      });
  }
}
