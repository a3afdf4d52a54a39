import type { Dialect } from "./dialects.ts";
import { HttpLine } from "./http-line.ts";
import { machineMs, type StreamSchedule, writeSchedule } from "./stream-schedule.ts";
import { TokenCheck } from "./token-check.ts";

export interface SessionTarget {
  readonly url: URL;
  readonly dialect: Dialect;
  readonly schedule: StreamSchedule;
  readonly onLag: (lagMs: number) => void;
}

export interface SessionResult {
  readonly failure?: string;
  /** From asking for the session to having it. */
  readonly sessionMs: number;
  /** From sending the run to its first event, and to its first token. */
  readonly firstEventMs: number;
  readonly firstTokenMs: number;
  readonly missingCount: number;
  readonly repeatedCount: number;
}

/** One client: opens a session, starts a run and reads its stream to the end. */
export class LoadSession {
  readonly done: Promise<SessionResult>;
  readonly #target: SessionTarget;
  readonly #check: TokenCheck;
  readonly #line: HttpLine;
  readonly #settle: (result: SessionResult) => void;
  readonly #startMs = machineMs();
  #sentMs = Number.NaN;
  #sessionMs = Number.NaN;
  #firstEventMs = Number.NaN;
  #firstTokenMs = Number.NaN;
  #unread = "";
  #text = "";
  #answer: string | undefined;

  constructor(target: SessionTarget) {
    const { promise, resolve } = Promise.withResolvers<SessionResult>();
    this.done = promise;
    this.#settle = resolve;
    this.#target = target;
    this.#check = new TokenCheck(target.schedule.tokens, target.onLag);
    this.#line = new HttpLine(target.url, (why) => this.#finish(why));
    this.#openSession();
  }

  /** It takes too long: what there is counts, and the rest is missing. */
  giveUp(): void {
    this.#finish("no end in time");
  }

  #openSession(): void {
    const { sessionPath, sessionBody } = this.#target.dialect;
    let answer = "";
    this.#line.post({
      path: sessionPath,
      body: sessionBody,
      accept: "application/json",
      onHead: (status) => this.#expect(status, 201, "session"),
      onBody: (text) => (answer += text),
      onEnd: () => {
        this.#sessionMs = machineMs() - this.#startMs;
        this.#startRun((JSON.parse(answer) as { id: string }).id);
      },
    });
  }

  #startRun(sessionId: string): void {
    const { dialect, schedule } = this.#target;
    this.#sentMs = machineMs();
    this.#line.post({
      path: dialect.runPath(sessionId),
      body: JSON.stringify({ message: writeSchedule(schedule) }),
      accept: "text/event-stream",
      onHead: (status) => this.#expect(status, 200, "run"),
      onBody: (text) => this.#takeBody(text),
      onEnd: () => this.#finish(this.#endFailure()),
    });
  }

  #expect(status: number, wanted: number, what: string): void {
    if (status !== wanted) this.#finish(`${what}: status ${status}`);
  }

  #takeBody(body: string): void {
    const atMs = machineMs();
    const blocks = (this.#unread + body).split("\n\n");
    this.#unread = blocks.pop() ?? "";
    for (const block of blocks) {
      const start = block.startsWith("data: ") ? 0 : block.indexOf("\ndata: ") + 1;
      if (block.startsWith("data: ", start)) this.#takeEvent(block.slice(start + "data: ".length), atMs);
    }
  }

  #takeEvent(event: string, atMs: number): void {
    if (Number.isNaN(this.#firstEventMs)) this.#firstEventMs = atMs - this.#sentMs;
    const { text, answer, failure } = this.#target.dialect.read(event);
    this.#answer ??= answer;
    if (failure !== undefined) return this.#finish(failure);
    if (text === undefined) return;
    if (!this.#check.hasBegun) this.#firstTokenMs = atMs - this.#sentMs;
    this.#text += text;
    this.#check.take(text, atMs);
  }

  #endFailure(): string | undefined {
    if (this.#answer !== undefined && this.#answer !== this.#text) return "the answer is not what was streamed";
    return undefined;
  }

  #finish(failure?: string): void {
    this.#line.close();
    this.#check.end();
    const { missingCount, repeatedCount } = this.#check;
    const lost =
      missingCount + repeatedCount > 0 ? `${missingCount} tokens missing, ${repeatedCount} repeated` : undefined;
    const why = failure ?? lost;
    this.#settle({
      ...(why !== undefined && { failure: why }),
      sessionMs: this.#sessionMs,
      firstEventMs: this.#firstEventMs,
      firstTokenMs: this.#firstTokenMs,
      missingCount,
      repeatedCount,
    });
  }
}
