// The words chosen with the mouse, as code points in the document.

const lengthTo = (box, node, offset) => {
  const range = document.createRange();
  range.setStart(box, 0);
  range.setEnd(node, offset);
  return range.toString().length;
};

// The span selected inside an utterance's box, or null. A shadow root hides its selection, so ask
// for the composed range where the browser has one.
const selectedSpan = (root, box, { text, start }) => {
  const all = getSelection();
  if (!all.rangeCount) return null;
  const range = all.getComposedRanges
    ? all.getComposedRanges({ shadowRoots: [root] })[0]
    : (root.getSelection?.() || all).getRangeAt(0);
  if (!range || range.collapsed || !box.contains(range.startContainer)) return null;
  const from = lengthTo(box, range.startContainer, range.startOffset);
  const isInside = box.contains(range.endContainer);
  const to = isInside ? lengthTo(box, range.endContainer, range.endOffset) : text.length;
  if (from === to) return null;
  return { start: start + codePoints(text, from), end: start + codePoints(text, to) };
};
