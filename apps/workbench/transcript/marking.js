// Choosing words without a mouse: one end of the span after the other, by words, by letters or by
// sentences.
// Letters are what a reader takes for one: an emoji of several parts, a letter with its marks.

const segmentsOf = (text, granularity) => [...new Intl.Segmenter(undefined, { granularity }).segment(text)];

// Where the words of a piece of text begin and end, without the blanks around them.
const trimmed = (index, piece) => ({
  from: index + piece.length - piece.trimStart().length,
  to: index + piece.trimEnd().length,
});

class Marking {
  constructor(pane) {
    this.pane = pane;
    this.isOn = false;
  }

  // Begins with the words chosen before, or with the first word of the utterance.
  start() {
    const { pane } = this;
    const at = pane.rows.current;
    const { text, start, codable, is_whole: isWhole } = pane.model.utterances[at];
    if (!codable) return pane.say(pane.words.not_codable);
    if (!isWhole) return pane.say(pane.words.whole_only);
    this.tokens = segmentsOf(text, "word").filter((one) => one.isWordLike)
      .map((one) => ({ from: one.index, to: one.index + one.segment.length }));
    this.letters = [...segmentsOf(text, "grapheme").map((one) => one.index), text.length];
    if (!this.tokens.length) this.tokens = [{ from: 0, to: text.length }];
    this.sentences = segmentsOf(text, "sentence").map((one) => trimmed(one.index, one.segment));
    const { chosen } = pane;
    this.from = chosen?.at === at ? utf16Units(text, chosen.start - start) : this.tokens[0].from;
    this.to = chosen?.at === at ? utf16Units(text, chosen.end - start) : this.tokens[0].to;
    this.isOn = true;
    return this.show();
  }

  stop() {
    this.isOn = false;
  }

  show() {
    const { pane } = this;
    const at = pane.rows.current;
    const { text, start } = pane.model.utterances[at];
    const span = { start: start + codePoints(text, this.from), end: start + codePoints(text, this.to) };
    pane.choose({ at, ...span });
    pane.say(fill(pane.words.marking, { words: text.slice(this.from, this.to) }));
  }

  // Carries a key out; says whether it was one of these.
  key(event) {
    const { key, shiftKey } = event;
    const deed = {
      ArrowRight: () => this.moveEnd(shiftKey ? "letters" : "words", 1),
      ArrowLeft: () => this.moveEnd(shiftKey ? "letters" : "words", -1),
      l: () => this.moveEnd("words", 1),
      h: () => this.moveEnd("words", -1),
      L: () => this.moveEnd("letters", 1),
      H: () => this.moveEnd("letters", -1),
      w: () => this.moveStart("words", 1),
      b: () => this.moveStart("words", -1),
      W: () => this.moveStart("letters", 1),
      B: () => this.moveStart("letters", -1),
      Home: () => this.place(this.tokens[0].from, this.to),
      End: () => this.place(this.from, this.tokens[this.tokens.length - 1].to),
      ArrowDown: () => (shiftKey ? this.moveStart("sentences", 1) : this.moveEnd("sentences", 1)),
      ArrowUp: () => (shiftKey ? this.moveStart("sentences", -1) : this.moveEnd("sentences", -1)),
      v: () => this.stop(),
      Enter: () => this.stop(),
    }[key];
    if (!deed) return false;
    deed();
    return true;
  }

  place(from, to) {
    if (from >= to) return;
    this.from = from;
    this.to = to;
    this.show();
  }

  ends(by) {
    return { words: this.tokens.map((one) => one.to), sentences: this.sentences.map((one) => one.to), letters: this.letters }[by];
  }

  starts(by) {
    const { tokens, sentences, letters } = this;
    return { words: tokens.map((one) => one.from), sentences: sentences.map((one) => one.from), letters: letters.slice(0, -1) }[by];
  }

  moveEnd(by, step) {
    const ends = this.ends(by);
    const next = step > 0 ? ends.find((one) => one > this.to) : ends.findLast((one) => one < this.to);
    if (next !== undefined) this.place(this.from, next);
  }

  // The beginning may pass the end: then the word, letter or sentence there is chosen.
  moveStart(by, step) {
    const starts = this.starts(by);
    const next = step > 0 ? starts.find((one) => one > this.from) : starts.findLast((one) => one < this.from);
    if (next === undefined) return;
    this.place(next, next < this.to ? this.to : this.ends(by).find((one) => one > next));
  }
}
