// Offsets, search and small tools. Python counts code points, the browser counts UTF-16 units.

const codePoints = (text, units) => {
  let count = 0;
  for (let at = 0; at < units && at < text.length; count += 1) {
    at += text.codePointAt(at) > 0xffff ? 2 : 1;
  }
  return count;
};

const utf16Units = (text, points) => {
  let at = 0;
  for (let left = points; left > 0 && at < text.length; left -= 1) {
    at += text.codePointAt(at) > 0xffff ? 2 : 1;
  }
  return at;
};

const freshId = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
};

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// How well one typed word fits a name: start of a word, anywhere, letters in order; 0 not at all.
const fitOfWord = (word, name) => {
  const at = name.indexOf(word);
  if (at === 0) return 5;
  if (at > 0) return /[\p{L}\p{N}]/u.test(name[at - 1]) ? 2 : 4;
  let next = 0;
  for (const letter of name) {
    if (letter === word[next]) next += 1;
  }
  return next === word.length ? 1 : 0;
};

// The codes that fit what is typed, best first; every typed word has to fit name or theme.
const searchCodes = (codes, typed) => {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  const scored = [];
  codes.forEach((code, order) => {
    let total = 0;
    for (const word of words) {
      const inName = fitOfWord(word, plain(code.name));
      const inTheme = code.theme && code.theme !== code.name ? fitOfWord(word, plain(code.theme)) : 0;
      const fit = Math.max(inName, inTheme > 1 ? inTheme / 2 : 0);
      if (!fit) return;
      total += fit;
    }
    scored.push({ code, total, order });
  });
  scored.sort((a, b) => b.total - a.total || a.order - b.order);
  return scored.map((one) => one.code);
};

// A piece of text as nodes: lines that were only cut to fit a page flow on, because the style
// collapses their line ends; other line ends stand in a node of their own that keeps them. No letter
// is changed, so offsets hold. ``before`` is what stands before the piece in its utterance.
const WRAPPED = 35;
const flowing = (text, before = "") => {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(/[ \t]*\n\s*/gu)) {
    const end = match.index + match[0].length;
    const line = (before + text.slice(0, match.index)).split("\n").pop();
    const isBullet = /^[-–•*·o]\s|^\(?\w{1,3}[.)]\s/u.test(text.slice(end, end + 6));
    const isWrapped = !/\n\s*\n/.test(match[0]) && line.trim().length >= WRAPPED && !isBullet;
    if (isWrapped) continue;
    nodes.push(text.slice(from, match.index), make("span", { class: "break" }, match[0]));
    from = end;
  }
  nodes.push(text.slice(from));
  return nodes.filter((node) => node !== "");
};

// An element with attributes and children; a string becomes text, never markup.
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "style") Object.entries(value).forEach(([k, v]) => element.style.setProperty(k, v));
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
};

// Tab goes round inside a box, so that the keyboard is never behind it.
const keepInside = (box) => {
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") return;
    event.preventDefault();
    const all = [...box.querySelectorAll("button, input, select, textarea")].filter((one) => one.offsetParent);
    const at = all.indexOf(box.getRootNode().activeElement);
    all[(at + (event.shiftKey ? all.length - 1 : 1)) % all.length]?.focus();
  });
};

// A sentence of labels.toml with its {names} filled in.
const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
