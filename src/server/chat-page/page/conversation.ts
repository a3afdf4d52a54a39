import {
  type Client,
  type ConnectionState,
  type RunRecord,
  type RunView,
  type SentMessage,
} from "../../../client/index.ts";
import { browser, byId, button, element } from "./dom.ts";
import { type RunCard, runCard, statusText } from "./run-card.ts";

export interface ConversationOptions {
  readonly client: Client;
  readonly sessionId: string;
  readonly onConnection: (connection: ConnectionState | undefined) => void;
  /** Whether a run is under way. */
  readonly onBusy: (isBusy: boolean) => void;
  readonly onProblem: (error: unknown) => void;
}

const RUNS_SHOWN = 30;
/** A browser keeps six connections to one server; the run under way needs one. */
const LOADED_AT_ONCE = 3;

/** The runs of one session on the page; the one under way is followed, those that wait follow in turn. */
export class Conversation {
  readonly sessionId: string;
  readonly #options: ConversationOptions;
  readonly #closing = new AbortController();
  readonly #list = byId("runs");
  readonly #cards: RunCard[] = [];
  readonly #done = new Set<RunCard>();
  #followed: RunCard | undefined;

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.sessionId = options.sessionId;
  }

  /** Shows the newest runs, or those before a page of them. */
  async load(before?: string): Promise<void> {
    const paging = before === undefined ? {} : { before };
    const page = await this.#options.client.session(this.sessionId).runs({ limit: RUNS_SHOWN, ...paging });
    if (this.#closing.signal.aborted) return;
    const older = page.items.toReversed().map((record) => this.#cardOf(record));
    this.#cards.unshift(...older);
    this.#list.replaceChildren(...this.#earlier(page.next), ...this.#cards.map((card) => card.element));
    if (before === undefined) scrollToEnd();
    this.#followNext();
    await this.#readAll(older.filter(({ record }) => record.status === "ended").toReversed());
  }

  /** What was begun elsewhere meanwhile, in another window for instance. */
  async refresh(): Promise<void> {
    const { items } = await this.#options.client.session(this.sessionId).runs({ limit: RUNS_SHOWN });
    if (this.#closing.signal.aborted) return;
    for (const record of items.toReversed()) this.add(record);
  }

  /** A message sent: a run of its own, or one that joins a run that is here already. */
  addSent({ started, how }: SentMessage, message: string): void {
    const joined = this.#cards.find((card) => card.record.id === started.id);
    if (how === "steered" && joined !== undefined) joined.expect(message);
    else this.add(started);
  }

  add(record: RunRecord): void {
    if (this.#cards.some((card) => card.record.id === record.id)) return;
    const card = this.#cardOf(record);
    this.#cards.push(card);
    this.#list.append(card.element);
    scrollToEnd();
    this.#followNext();
  }

  /** Stops what is under way. */
  async cancel(): Promise<void> {
    if (this.#followed !== undefined) await this.#options.client.run(this.#followed.record.id).cancel();
  }

  close(): void {
    this.#closing.abort(new Error("another conversation was opened"));
    this.#options.onConnection(undefined);
    this.#list.replaceChildren();
  }

  #cardOf(record: RunRecord): RunCard {
    return runCard(record, (decision) => this.#options.client.run(record.id).decide(decision));
  }

  #earlier(next: string | null) {
    const { onProblem } = this.#options;
    return next === null
      ? []
      : [button("Show earlier messages", "earlier", () => void this.load(next).catch(onProblem))];
  }

  async #readAll(waiting: RunCard[]): Promise<void> {
    const readNext = async () => {
      for (let card = waiting.shift(); card !== undefined; card = waiting.shift()) await this.#read(card);
    };
    await Promise.all(Array.from({ length: LOADED_AT_ONCE }, readNext));
  }

  #followNext(): void {
    const { onBusy, onConnection, onProblem } = this.#options;
    const next = this.#cards.find((card) => card.record.status !== "ended" && !this.#done.has(card));
    onBusy(next !== undefined);
    if (next === undefined) return onConnection(undefined);
    if (next === this.#followed) return;
    this.#followed = next;
    this.#read(next, onConnection).then(
      () => this.#followNext(),
      (error: unknown) => {
        if (this.#closing.signal.aborted) return;
        onConnection(undefined);
        onProblem(error);
      },
    );
  }

  async #read(card: RunCard, onConnection: ConversationOptions["onConnection"] = () => undefined): Promise<void> {
    const paint = onceAFrame((view: RunView) => {
      keepAtEnd(() => card.show(view));
      if (card === this.#followed) announce(view);
    });
    const { signal } = this.#closing;
    for await (const view of this.#options.client.run(card.record.id).views({ signal, onConnection })) paint(view);
    this.#done.add(card);
  }
}

/** Only the newest of what comes within a frame is painted. */
function onceAFrame<Value>(paint: (value: Value) => void): (value: Value) => void {
  let newest: { readonly value: Value } | undefined;
  return (value) => {
    const isPlanned = newest !== undefined;
    newest = { value };
    if (isPlanned) return;
    browser.requestAnimationFrame(() => {
      const shown = newest;
      newest = undefined;
      if (shown !== undefined) paint(shown.value);
    });
  };
}

/** Who reads further up is left there. */
function keepAtEnd(change: () => void): void {
  const place = byId("scroll");
  const isAtEnd = place.scrollHeight - place.scrollTop - place.clientHeight < 80;
  change();
  if (isAtEnd) scrollToEnd();
}

function scrollToEnd(): void {
  const place = byId("scroll");
  place.scrollTo({ top: place.scrollHeight });
}

/** For those who hear the page: whole answers and questions, not every word as it comes. */
function announce(view: RunView): void {
  const isTold = view.status === "ended" || view.status === "paused";
  if (!isTold) return;
  const [question] = view.pending;
  const text = question === undefined ? view.text || statusText(view) : `Decision needed: ${question.tool}`;
  const place = byId("spoken");
  if (place.textContent !== text) place.replaceChildren(element("p", { text }));
}
