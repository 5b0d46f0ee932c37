// Where a box about the current utterance stands: beside its words, so that they can be read
// meanwhile; on a narrow screen under them or over them, wherever there is more room.

const GAP = 12; // pixels
const NARROWEST = 340;
const LOWEST = 210;
const SETTLED = [60, 300, 1000]; // milliseconds after which a window that just changed stands still

const placeBeside = (pane, box, isAgain = false) => {
  const { rows } = pane;
  if (!isAgain) SETTLED.forEach((wait) => setTimeout(() => pane.placeAgain(), wait));
  rows.show(rows.current); // it may have been scrolled away
  const frame = pane.part("pane").getBoundingClientRect();
  const row = () => rows.nodes.get(rows.current);
  const edge = row().querySelector(".txt").getBoundingClientRect().right + GAP;
  const room = frame.right - edge - GAP;
  const isBeside = room >= NARROWEST;
  box.dataset.place = isBeside ? "beside" : "apart";
  const set = (name, pixels) => box.style.setProperty(`--${name}`, `${pixels}px`);
  if (isBeside) {
    set("left", edge - frame.left);
    set("room", room);
    return;
  }
  rows.scroller.scrollTop = rows.offsets[rows.current];
  rows.render();
  const [place, list] = [row(), rows.scroller].map((one) => one.getBoundingClientRect());
  const [over, under] = [place.top - list.top, frame.bottom - place.bottom].map((one) => one - 2 * GAP);
  const height = Math.max(over, under, LOWEST); // a long utterance is read down to the box
  set("top", over > under && over >= LOWEST ? list.top - frame.top + GAP : frame.height - height - GAP);
  set("height", height);
};
