// What has been done on screen and is not known to be on disk yet. Survives a reload, a closed tab
// and a stopped server: each operation lies in localStorage until the server says that it has it.
// An operation holds ids and offsets only, never a participant's words.

const AT_ONCE = 200;
const MOST_MOVES = 5;
const PATIENCE = { first: 400, most: 5000 };

class Outbox {
  constructor(scope) {
    this.prefix = `qualkit.op.${scope}.`;
    this.waiting = this.stored();
    this.settled = []; // what the server took since this page was opened, in order
    this.listeners = new Set();
    this.trouble = null;
    this.sending = false;
    this.delay = PATIENCE.first;
    this.last = 0;
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(this.prefix) : null;
    if (this.channel) {
      this.channel.onmessage = (event) => this.tell({ elsewhere: event.data });
    }
    window.addEventListener("online", () => this.flush());
    window.addEventListener("pagehide", () => this.farewell());
  }

  stored() {
    const found = [];
    try {
      for (let at = 0; at < localStorage.length; at += 1) {
        const key = localStorage.key(at);
        if (key.startsWith(this.prefix)) found.push(JSON.parse(localStorage.getItem(key)));
      }
    } catch (problem) {
      console.warn("qualkit: the browser keeps nothing for this page", problem);
    }
    return found.sort((a, b) => a.turn - b.turn);
  }

  keep(op) {
    try {
      localStorage.setItem(this.prefix + op.op_id, JSON.stringify(op));
    } catch (problem) {
      console.warn("qualkit: kept in this page only", problem);
    }
  }

  forget(op) {
    try {
      localStorage.removeItem(this.prefix + op.op_id);
    } catch (problem) {
      console.warn("qualkit: could not forget", problem);
    }
  }

  tell(event) {
    for (const listener of [...this.listeners]) listener(event);
  }

  // Waits until everything is on disk; false when it is not wanted any more.
  drained(isWanted) {
    return new Promise((resolve) => {
      const look = () => {
        if (isWanted() && this.waiting.length) return;
        this.listeners.delete(look);
        resolve(isWanted());
      };
      this.listeners.add(look);
      look();
    });
  }

  add(operations) {
    for (const op of operations) {
      this.last = Math.max(Date.now() * 1000, this.last + 1);
      op.turn = this.last;
      this.keep(op);
      this.waiting.push(op);
    }
    this.tell({ changed: true });
    if (!this.trouble) this.flush();
  }

  request(batch) {
    const operations = batch.map(({ turn, moves, ...op }) => op);
    return {
      method: "POST",
      headers: { "content-type": "application/json", "x-qualkit-token": this.token },
      body: JSON.stringify({ operations }),
    };
  }

  async flush() {
    if (this.sending || !this.waiting.length || !this.token) return;
    this.sending = true;
    clearTimeout(this.timer);
    const batch = this.waiting.slice(0, AT_ONCE);
    try {
      const response = await fetch(this.url, this.request(batch));
      const body = await readJson(response);
      await this.settle(batch, body.answers);
      this.trouble = null;
      this.delay = PATIENCE.first;
    } catch (problem) {
      this.trouble = problem.sentence || "";
      this.timer = setTimeout(() => this.flush(), this.delay);
      this.delay = Math.min(this.delay * 2, PATIENCE.most);
    }
    this.sending = false;
    this.tell({ changed: true });
    if (this.trouble === null && this.waiting.length) this.flush();
  }

  async settle(batch, answers) {
    const byId = new Map(answers.map((answer) => [answer.op_id, answer]));
    const answered = batch.filter((op) => byId.has(op.op_id));
    const isLate = (op) => byId.get(op.op_id).corrected === true;
    const lost = await this.replace(answered.filter(isLate));
    const done = answered.filter((op) => !isLate(op) || lost.has(op));
    const refused = done.filter((op) => !byId.get(op.op_id).ok);
    const gone = new Set(done.map((op) => op.op_id));
    done.forEach((op) => this.forget(op));
    this.waiting = this.waiting.filter((op) => !gone.has(op.op_id));
    if (refused.length) {
      this.tell({ refused: refused.map((op) => byId.get(op.op_id).message) });
    }
    const stored = done.filter((op) => byId.get(op.op_id).ok);
    this.settled.push(...stored);
    if (stored.length) {
      this.tell({ stored: stored.length });
      this.channel?.postMessage(stored);
    }
  }

  // Operations made on an older reading of their document: each is put on the utterance that still
  // stands at the same place, to be sent again. Returns those whose utterance is no more.
  async replace(late) {
    const lost = new Set();
    for (const document of new Set(late.map((op) => op.document))) {
      const query = new URLSearchParams({ document });
      const headers = { "x-qualkit-token": this.token };
      const answer = await readJson(await fetch(`${this.documents}?${query}`, { headers }));
      const model = new Model(answer);
      for (const op of late.filter((one) => one.document === document)) {
        const at = model.rowOf(op);
        op.moves = (op.moves || 0) + 1;
        if (at === undefined || op.moves > MOST_MOVES) lost.add(op);
        else {
          op.position = model.utterances[at].position;
          this.keep(op);
        }
      }
      this.tell({ corrected: document });
    }
    return lost;
  }

  farewell() {
    if (this.waiting.length && this.token) {
      const request = this.request(this.waiting.slice(0, AT_ONCE));
      fetch(this.url, { ...request, keepalive: true }).catch(() => {});
    }
  }
}

// The JSON of an answer. A missing route answers with a web page and status 200, so look at both.
const readJson = async (response) => {
  const isJson = (response.headers.get("content-type") || "").includes("json");
  const body = isJson ? await response.json() : {};
  if (!isJson || !response.ok) {
    const problem = new Error(`answer ${response.status}`);
    problem.sentence = body.message;
    problem.status = response.status;
    throw problem;
  }
  return body;
};
