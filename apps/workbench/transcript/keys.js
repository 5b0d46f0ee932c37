// What each key does. A code's own key never takes one of these away; it then asks for Shift.

const FIXED = new Set("jknNxruaAyo?/cEFUfgvim.+-123456789".split(""));

const deedFor = (pane, key) => {
  const page = Math.max(1, Math.floor(pane.part("scroller").clientHeight / 90));
  const deeds = {
    j: () => pane.step(1),
    ArrowDown: () => pane.step(1),
    k: () => pane.step(-1),
    ArrowUp: () => pane.step(-1),
    PageDown: () => pane.step(page),
    PageUp: () => pane.step(-page),
    Home: () => pane.go(0),
    End: () => pane.go(pane.model.utterances.length - 1),
    n: () => pane.nextOpen(),
    a: () => pane.offers.accept(),
    A: () => pane.offers.reject(),
    y: () => pane.offers.why(),
    N: () => pane.offers.next(),
    o: () => pane.others.toggle(),
    "/": () => pane.palette.open(),
    c: () => pane.palette.open(),
    x: () => pane.deeds.removeLast(),
    Delete: () => pane.deeds.removeLast(),
    r: () => pane.deeds.review(),
    " ": () => pane.deeds.reviewAndOn(),
    u: () => pane.deeds.undo(),
    U: () => pane.deeds.redo(),
    ".": () => pane.deeds.repeat(),
    f: () => pane.finding.open("words"),
    g: () => pane.finding.open("documents"),
    v: () => pane.marking.start(),
    i: () => pane.deeds.codeInVivo(),
    m: () => pane.notes.open(),
    E: () => pane.reading.open(),
    F: () => pane.nextFinding(),
    "?": () => pane.help.open(),
    "+": () => pane.sizes.change(1),
    "-": () => pane.sizes.change(-1),
    Escape: () => pane.letGo(),
  };
  if (Object.hasOwn(deeds, key)) return deeds[key];
  const code = /^[1-9]$/.test(key) ? pane.deeds.numbered(Number(key)) : pane.byKey.get(key);
  return code ? () => pane.deeds.toggle(code) : null;
};

// Gives each code its key: its own, or with Shift when the pane needs that letter itself.
const assignKeys = (codes) => {
  const live = codes.filter((code) => code.shortcut && !code.retired);
  const taken = new Set(live.map((code) => code.shortcut));
  const byKey = new Map();
  for (const code of live) {
    const upper = code.shortcut.toUpperCase();
    if (!FIXED.has(code.shortcut)) code.key = code.shortcut;
    else if (upper !== code.shortcut && !taken.has(upper) && !FIXED.has(upper)) code.key = upper;
    if (code.key) byKey.set(code.key, code.id);
  }
  return byKey;
};
