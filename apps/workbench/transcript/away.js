// Streamlit lays a box over the page when the program does not answer, and takes the keyboard. For
// coding there is no need to stop: the outbox keeps what is done. So keys go on to the pane, the box
// is put aside, and comes back for nothing once the program answers again.

const LOOK_EVERY = 1500; // milliseconds
const HEALTH = "/_stcore/health";
const REGAIN_AFTER = [60, 500, 1500]; // milliseconds: a box that closes takes its time to let go

class Away {
  constructor(pane) {
    this.pane = pane;
    this.stray = (event) => this.take(event);
    this.lost = () => REGAIN_AFTER.forEach((wait) => setTimeout(() => this.regain(), wait));
    window.addEventListener("keydown", this.stray, true);
    window.addEventListener("focusout", this.lost);
  }

  close() {
    window.removeEventListener("keydown", this.stray, true);
    window.removeEventListener("focusout", this.lost);
  }

  // A box that asks nothing, as Streamlit's own.
  get isLaidOver() {
    const box = document.activeElement?.closest('[role="dialog"]');
    return Boolean(box && !box.querySelector("input, select, textarea"));
  }

  regain() {
    if (document.activeElement === document.body) this.pane.refocus();
  }

  take(event) {
    if (event.composedPath().includes(this.pane.part("pane"))) return;
    const isNowhere = document.activeElement === document.body;
    if (!isNowhere && !this.isLaidOver) return;
    if (["Escape", "Enter", "Tab", " "].includes(event.key)) return;
    if (isNowhere) this.regain();
    else this.wait();
    this.pane.key(event);
  }

  async wait() {
    if (this.isOn) return;
    this.isOn = true;
    document.documentElement.dataset.qualkitAway = "";
    this.pane.say(this.pane.words.away);
    while (!(await this.answers())) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    delete document.documentElement.dataset.qualkitAway;
    this.isOn = false;
    this.pane.outbox.flush();
    this.pane.say("");
    this.lost();
  }

  async answers() {
    try {
      return (await fetch(HEALTH, { cache: "no-store" })).ok;
    } catch (problem) {
      return false;
    }
  }
}
