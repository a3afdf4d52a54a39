import { type AgentSummary, connect, ProblemError, type Session, type WhenBusy } from "../../../client/index.ts";
import { problemText } from "./ask-person.ts";
import { composer } from "./composer.ts";
import { connectionLight } from "./connection-light.ts";
import { Conversation } from "./conversation.ts";
import { browser, byId, element } from "./dom.ts";
import { drawer } from "./drawer.ts";
import { sessionList, titleFor, titleOf } from "./session-list.ts";
import { tokenGate } from "./token-gate.ts";

/** The page as a whole. Which session is open stands in the address after `#`, so that a reload comes back to it. */
export class ChatPage {
  readonly #gate = tokenGate(() => void this.#refresh());
  readonly #client = connect({ url: browser.location.origin, token: () => Promise.resolve(this.#gate.read()) });
  readonly #light = connectionLight();
  readonly #side = drawer();
  readonly #onProblem = (error: unknown) => this.#complain(error);
  readonly #list = sessionList({ client: this.#client, open: (id) => this.#open(id), onProblem: this.#onProblem });
  readonly #input = composer({
    send: (message, whenBusy) => this.#send(message, whenBusy),
    stop: async () => this.#conversation?.cancel(),
    onProblem: this.#onProblem,
  });
  #conversation: Conversation | undefined;

  start(): void {
    byId("new").addEventListener("click", () => this.#open(undefined));
    byId("erase").addEventListener("click", () => void this.#erase().catch(this.#onProblem));
    byId("notice-close").addEventListener("click", () => (byId("notice").hidden = true));
    for (const change of ["hashchange", "popstate"]) browser.addEventListener(change, () => void this.#showAddressed());
    browser.addEventListener("focus", () => void this.#conversation?.refresh().catch(() => undefined));
    void this.#refresh();
  }

  #open(id: string | undefined): void {
    browser.history.pushState(null, "", addressOf(id));
    void this.#showAddressed();
  }

  /** Everything anew: at the start, and as somebody else. */
  async #refresh(): Promise<void> {
    this.#close();
    this.#list.load().catch(this.#onProblem);
    await this.#showAddressed();
  }

  /** What the address names; nothing is a new conversation. */
  async #showAddressed(): Promise<void> {
    const id = addressedId();
    this.#side.close();
    byId("notice").hidden = true;
    if (id !== undefined && this.#conversation?.sessionId === id) return;
    this.#close();
    this.#list.mark(id);
    try {
      if (id === undefined) await this.#showStart();
      else await this.#take(await this.#client.session(id).record()).load();
    } catch (error) {
      // Whoever has gone on meanwhile does not care.
      if (addressedId() === id) this.#complain(error);
    }
  }

  async #showStart(): Promise<void> {
    byId("start").hidden = false;
    byId("agent-name").textContent = "";
    byId("title").textContent = "New conversation";
    byId("erase").hidden = true;
    this.#showAgents(await this.#client.agents());
    this.#input.focus();
  }

  #showAgents(agents: readonly AgentSummary[]): void {
    const picker = byId("agent");
    const picked = picker.value;
    picker.replaceChildren(...agents.map(({ name }) => element("option", { text: name, attributes: { value: name } })));
    if (agents.some(({ name }) => name === picked)) picker.value = picked;
    byId("agent-row").hidden = agents.length === 0;
    byId("no-agents").hidden = agents.length > 0;
    this.#input.setEnabled(agents.length > 0);
  }

  /** Opens a session; what is shown of another is closed. */
  #take(session: Session): Conversation {
    this.#close();
    this.#conversation = new Conversation({
      client: this.#client,
      sessionId: session.id,
      onConnection: this.#light,
      onBusy: this.#input.setBusy,
      onProblem: this.#onProblem,
    });
    byId("start").hidden = true;
    byId("agent-name").textContent = session.agent;
    byId("title").textContent = titleOf(session);
    byId("erase").hidden = false;
    this.#input.setEnabled(session.closedAtMs === null);
    this.#input.focus();
    return this.#conversation;
  }

  #close(): void {
    this.#conversation?.close();
    this.#conversation = undefined;
    this.#input.setBusy(false);
  }

  async #send(message: string, whenBusy: WhenBusy | undefined): Promise<void> {
    byId("notice").hidden = true;
    const conversation = this.#conversation ?? (await this.#begin(message));
    const busy = whenBusy === undefined ? {} : { whenBusy };
    const sent = await this.#client.session(conversation.sessionId).send({ message, ...busy });
    conversation.addSent(sent, message);
  }

  async #begin(message: string): Promise<Conversation> {
    const agent = byId("agent").value;
    const session = await this.#client.createSession({ agent, metadata: { title: titleFor(message) } });
    browser.history.pushState(null, "", addressOf(session.id));
    this.#list.mark(session.id);
    this.#list.load().catch(this.#onProblem);
    return this.#take(session);
  }

  async #erase(): Promise<void> {
    const id = this.#conversation?.sessionId;
    if (id === undefined || !browser.confirm("Delete this conversation with everything said in it?")) return;
    await this.#client.session(id).erase();
    this.#open(undefined);
    await this.#list.load();
  }

  #complain(error: unknown): void {
    if (error instanceof ProblemError && error.status === 401) return this.#gate.ask();
    byId("notice-text").textContent = problemText(error);
    byId("notice").hidden = false;
  }
}

function addressOf(id: string | undefined): string {
  return id === undefined ? "#" : `#${encodeURIComponent(id)}`;
}

function addressedId(): string | undefined {
  const name = browser.location.hash.slice(1);
  try {
    return decodeURIComponent(name) || undefined;
  } catch {
    return name;
  }
}
