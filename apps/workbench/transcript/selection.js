// The words chosen with the mouse, as code points in the document.

const lengthTo = (box, node, offset) => {
  const range = document.createRange();
  range.setStart(box, 0);
  range.setEnd(node, offset);
  return range.toString().length;
};

// The composed range of the selection; a shadow root hides it, so ask where the browser can tell.
const rangeIn = (root) => {
  const all = getSelection();
  if (!all.rangeCount) return null;
  return all.getComposedRanges
    ? all.getComposedRanges({ shadowRoots: [root] })[0]
    : (root.getSelection?.() || all).getRangeAt(0);
};

// Where the caret was put inside an utterance's box by a click, in UTF-16 units, or null.
const caretIn = (root, box) => {
  const range = rangeIn(root);
  if (!range || !box.contains(range.startContainer)) return null;
  return lengthTo(box, range.startContainer, range.startOffset);
};

// The span selected inside an utterance's box, or null.
const selectedSpan = (root, box, { text, start }) => {
  const range = rangeIn(root);
  if (!range || range.collapsed || !box.contains(range.startContainer)) return null;
  const from = lengthTo(box, range.startContainer, range.startOffset);
  const isInside = box.contains(range.endContainer);
  const to = isInside ? lengthTo(box, range.endContainer, range.endOffset) : text.length;
  if (from === to) return null;
  return { start: start + codePoints(text, from), end: start + codePoints(text, to) };
};
