/** What every server of this bench streams: numbered tokens, each due at a moment fixed when its stream began. */
export interface StreamSchedule {
  readonly tokens: number;
  readonly tokensPerSecond: number;
}

/** As a caller asks for it in the message of a run. */
export function readSchedule(message: string): StreamSchedule {
  const [tokens = Number.NaN, tokensPerSecond = Number.NaN] = message.split(" ").map(Number);
  if (!(tokens >= 1) || !(tokensPerSecond > 0)) throw new Error(`expected "TOKENS TOKENS_PER_SECOND", got ${message}`);
  return { tokens, tokensPerSecond };
}

export function writeSchedule({ tokens, tokensPerSecond }: StreamSchedule): string {
  return `${tokens} ${tokensPerSecond}`;
}

const CLOCK_STARTED_MS = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** Milliseconds of the machine's monotonic clock: the same in all its processes, and nobody sets it. */
export function machineMs(): number {
  return CLOCK_STARTED_MS + performance.now();
}

/** `index:due ` in microseconds: whoever reads it can tell how late it is, and whether one is missing. */
function tokenText(index: number, dueMs: number): string {
  return `${index}:${Math.round(dueMs * 1_000)} `;
}

/**
 * Hands out each token when it is due, the first at once. A server that is late stays late only as long as it has to:
 * what is due by then comes at once, so that no schedule slows down with its server.
 */
export function streamTokens(
  { tokens, tokensPerSecond }: StreamSchedule,
  sink: { readonly token: (text: string) => void; readonly end: () => void },
): { stop(): void } {
  const startMs = machineMs();
  const dueOf = (index: number) => startMs + (index * 1_000) / tokensPerSecond;
  let index = 0;
  let timer: NodeJS.Timeout | undefined;
  const tick = () => {
    for (; index < tokens && dueOf(index) <= machineMs(); index += 1) sink.token(tokenText(index, dueOf(index)));
    if (index === tokens) return sink.end();
    timer = setTimeout(tick, Math.max(1, dueOf(index) - machineMs()));
  };
  tick();
  return { stop: () => clearTimeout(timer) };
}
