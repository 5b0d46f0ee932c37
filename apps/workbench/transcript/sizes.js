// The size of the text in the pane, kept in the browser for all projects.

const SIZES = [85, 92, 100, 112, 125, 140, 160, 180]; // per cent
const SIZE_KEPT = "qualkit.size";

class Sizes {
  constructor(pane) {
    this.pane = pane;
    for (const [name, step] of [["smaller", -1], ["larger", 1]]) {
      pane.part(name).addEventListener("click", () => this.change(step));
    }
    this.size = SIZES.includes(Number(this.kept())) ? Number(this.kept()) : 100;
    this.apply();
  }

  kept() {
    try {
      return localStorage.getItem(SIZE_KEPT);
    } catch (problem) {
      console.warn("qualkit: the browser keeps no size of text", problem);
      return null;
    }
  }

  apply() {
    this.pane.part("pane").style.setProperty("--size", String(this.size / 100));
  }

  change(step) {
    const { pane } = this;
    const next = SIZES[Math.max(0, Math.min(SIZES.length - 1, SIZES.indexOf(this.size) + step))];
    if (next !== this.size) {
      this.size = next;
      localStorage.setItem(SIZE_KEPT, String(next));
      this.apply();
      pane.rows.nodes.forEach((_, at) => pane.rows.stale.add(at));
      pane.rows.show(pane.rows.current);
      pane.rows.focus();
    }
    pane.say(fill(pane.words.size_now, { size: this.size }));
  }
}
