/** Every limit in one place. A limit reached is an error with a code or a marked cut, never a silent truncation. */
export const LIMITS = {
  pageRowsMax: 1_000,
  /** One event of a log, as JSON. */
  eventBytesMax: 4 * 1024 * 1024,
  /** What one trial may print before the rest is dropped and the cut is noted. */
  outputBytesMax: 1024 * 1024,
  /** One line on the control channel of a trial. */
  controlLineBytesMax: 8 * 1024 * 1024,
  trialEventsMax: 20_000,
  trialTimeoutMs: 120_000,
  trialsMax: 1_000,
  concurrencyMax: 1_000,
  casesMax: 100_000,
  suiteFileBytesMax: 16 * 1024 * 1024,
  importFileBytesMax: 1024 * 1024 * 1024,
  groupCommitEventsMax: 2_000,
  providerRetriesMax: 5,
  judgePassesMax: 25,
  /** Runs of one session that wait or are at work. */
  sessionQueueMax: 100,
  /** Runs one process performs at a time; more wait in the store. */
  activeRunsMax: 10_000,
  runEventsMax: 200_000,
  memoryKeyCharactersMax: 512,
  memoryValueBytesMax: 256 * 1024,
  memorySearchCharactersMax: 1_000,
  idempotencyKeyCharactersMax: 255,
  /** Open streams of one process. */
  streamsMax: 20_000,
  webhooksMax: 1_000,
  webhookAttemptsMax: 12,
  requestBodyBytesMax: 8 * 1024 * 1024,
} as const;
