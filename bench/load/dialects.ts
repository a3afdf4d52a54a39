/** How a server of this bench is spoken to: a session is opened first, so that connecting is no part of what is timed. */
export interface Dialect {
  readonly sessionPath: string;
  readonly sessionBody: string;
  readonly runPath: (sessionId: string) => string;
  /** What one server-sent event shows. */
  readonly read: (event: string) => Shown;
}

export type DialectName = "aegis" | "plain";

export interface Shown {
  readonly text?: string;
  /** The whole answer, where the server says it again at the end. */
  readonly answer?: string;
  readonly failure?: string;
}

export const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  aegis: {
    sessionPath: "/v1/sessions",
    sessionBody: JSON.stringify({ agent: "streamer" }),
    runPath: (sessionId) => `/v1/sessions/${sessionId}/runs`,
    read: readRunEvent,
  },
  plain: {
    sessionPath: "/sessions",
    sessionBody: "{}",
    runPath: (sessionId) => `/sessions/${sessionId}/runs`,
    read: (event) => JSON.parse(event) as Shown,
  },
};

interface RunEventShown {
  readonly type: string;
  readonly text?: string;
  readonly content?: string;
  readonly outcome?: string;
}

function readRunEvent(event: string): Shown {
  const { type, text, content, outcome } = JSON.parse(event) as RunEventShown;
  if (type === "model.streamed" && text !== undefined) return { text };
  if (type === "message.sent" && content !== undefined) return { answer: content };
  if (type === "model.reset") return { failure: "the model was asked twice" };
  return type === "run.ended" && outcome !== "answered" ? { failure: `the run ended ${outcome}` } : {};
}
