// A list of which only the rows near the window exist, so that 10,000 utterances feel like ten.

const MARGIN = 500;

class Rows {
  constructor(scroller, canvas, draw) {
    Object.assign(this, { scroller, canvas, draw });
    this.nodes = new Map();
    this.stale = new Set();
    this.current = 0;
    this.heights = new Float64Array(0);
    this.offsets = new Float64Array(1);
    scroller.addEventListener("scroll", () => this.soon(), { passive: true });
    this.width = 0;
    this.watcher = new ResizeObserver(() => this.resized());
    this.watcher.observe(scroller);
  }

  reset(estimates, current) {
    this.heights = Float64Array.from(estimates);
    this.offsets = new Float64Array(estimates.length + 1);
    this.canvas.replaceChildren();
    this.nodes.clear();
    this.stale.clear();
    this.current = current;
    this.settle(0);
  }

  resized() {
    const width = this.scroller.clientWidth;
    if (width !== this.width) this.nodes.forEach((_, at) => this.stale.add(at));
    this.width = width;
    this.render();
  }

  soon() {
    if (this.pending) return;
    this.pending = requestAnimationFrame(() => {
      this.pending = 0;
      this.render();
    });
  }

  settle(from) {
    for (let at = from; at < this.heights.length; at += 1) {
      this.offsets[at + 1] = this.offsets[at] + this.heights[at];
    }
    this.canvas.style.height = `${this.offsets[this.heights.length]}px`;
  }

  // The row at a height of the list.
  at(height) {
    let low = 0;
    let high = this.heights.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.offsets[middle] <= height) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  wanted() {
    const top = this.scroller.scrollTop;
    const first = this.at(top - MARGIN);
    const last = this.at(top + this.scroller.clientHeight + MARGIN);
    const rows = [];
    for (let at = first; at <= last; at += 1) rows.push(at);
    // The current row always exists: it has the keyboard's focus.
    if (this.current < first) rows.unshift(this.current);
    if (this.current > last) rows.push(this.current);
    return rows;
  }

  render() {
    if (!this.heights.length) return;
    for (let round = 0; round < 4; round += 1) {
      const rows = this.wanted();
      this.place(rows);
      if (!this.measure(rows)) break;
    }
  }

  place(rows) {
    const keep = new Set(rows);
    for (const [at, node] of this.nodes) {
      if (!keep.has(at)) {
        node.remove();
        this.nodes.delete(at);
      }
    }
    let cursor = this.canvas.firstChild;
    for (const at of rows) {
      let node = this.nodes.get(at);
      if (!node) {
        node = this.draw(at);
        this.nodes.set(at, node);
        this.canvas.insertBefore(node, cursor);
        this.stale.add(at);
      } else {
        cursor = node.nextSibling;
      }
    }
  }

  // Takes the true heights of new rows; says whether anything had to move.
  measure(rows) {
    const anchor = this.at(this.scroller.scrollTop);
    let lowest = Infinity;
    let shift = 0;
    for (const at of rows) {
      if (!this.stale.has(at)) continue;
      const height = this.nodes.get(at).getBoundingClientRect().height;
      const change = height - this.heights[at];
      if (Math.abs(change) < 0.5) continue;
      if (at < anchor) shift += change;
      this.heights[at] = height;
      lowest = Math.min(lowest, at);
    }
    this.stale.clear();
    if (lowest < Infinity) this.settle(lowest);
    for (const at of rows) {
      this.nodes.get(at).style.transform = `translateY(${this.offsets[at]}px)`;
    }
    if (shift) this.scroller.scrollTop += shift;
    return lowest < Infinity;
  }

  redraw(at) {
    const old = this.nodes.get(at);
    if (!old) return;
    const focused = at === this.current && old.matches(":focus-within");
    const fresh = this.draw(at);
    old.replaceWith(fresh);
    this.nodes.set(at, fresh);
    this.stale.add(at);
    if (focused) fresh.focus({ preventScroll: true });
  }

  redrawAll() {
    [...this.nodes.keys()].forEach((at) => this.redraw(at));
    this.render();
  }

  // Makes a row the current one and brings it into view; far jumps put it in the middle.
  show(at) {
    const before = this.current;
    this.current = at;
    if (before !== at) this.redraw(before);
    this.redraw(at);
    for (let round = 0; round < 3; round += 1) {
      const view = this.scroller.clientHeight;
      const top = this.scroller.scrollTop;
      const gap = Math.min(60, view / 6);
      const [start, end] = [this.offsets[at], this.offsets[at + 1]];
      const isFar = start < top - view || end > top + 2 * view;
      if (isFar) this.scroller.scrollTop = start - view / 3;
      else if (start < top + gap || end - start > view - gap) this.scroller.scrollTop = start - gap;
      else if (end > top + view - gap) this.scroller.scrollTop = end - view + gap;
      this.render();
    }
  }

  focus() {
    this.nodes.get(this.current)?.focus({ preventScroll: true });
  }
}
