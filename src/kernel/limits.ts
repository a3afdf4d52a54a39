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
  /** A trial's workspace, as it begins and as it is handed back. */
  workspaceFilesMax: 10_000,
  workspaceBytesMax: 256 * 1024 * 1024,
  workspacePathBytesMax: 4_096,
  /** A text file of a workspace is shown whole in the state up to this; a larger one by its hash. */
  workspaceTextBytesMax: 64 * 1024,
  /** Rows of one database file that are compared. */
  workspaceRowsMax: 10_000,
  trialTimeoutMs: 120_000,
  trialsMax: 1_000,
  concurrencyMax: 1_000,
  casesMax: 100_000,
  suiteFileBytesMax: 16 * 1024 * 1024,
  importFileBytesMax: 1024 * 1024 * 1024,
  /** Of lists and objects in each other, within one row. */
  importDepthMax: 256,
  groupCommitEventsMax: 2_000,
  providerRetriesMax: 5,
  judgePassesMax: 25,
  /** Runs of one session that wait or are at work. */
  sessionQueueMax: 100,
  /** Runs one process performs at a time; more wait in the store. */
  activeRunsMax: 10_000,
  /** How long the engine may take to answer one question. */
  engineAnswerMs: 5_000,
  /** How long the engine is asked to take note of a worker before its start fails. */
  engineStartMs: 30_000,
  runEventsMax: 200_000,
  memoryKeyCharactersMax: 512,
  memoryValueBytesMax: 256 * 1024,
  memorySearchCharactersMax: 1_000,
  /** Of the text a trace is found by; what lies behind is not searched. */
  traceTextCharactersMax: 2_000_000,
  /** Of its words, each counted once, in Postgres. */
  traceWordsCharactersMax: 200_000,
  traceSearchCharactersMax: 1_000,
  idempotencyKeyCharactersMax: 255,
  /** Open streams of one process. */
  streamsMax: 20_000,
  webhooksMax: 1_000,
  webhookAttemptsMax: 12,
  /** One attempt, from the connection to the end of the answer. */
  webhookTimeoutMs: 15_000,
  /** The first wait after a failure doubles up to the last. */
  webhookBackoffMinMs: 10_000,
  webhookBackoffMaxMs: 6 * 60 * 60 * 1_000,
  webhookSendsMax: 64,
  webhookSendsPerTargetMax: 4,
  /** How long after its end a chat client that was cut off can still fetch the whole message. */
  chatReplayMs: 10 * 60 * 1_000,
  requestBodyBytesMax: 8 * 1024 * 1024,
  /** One request of spans, as it comes and unpacked. */
  traceBodyBytesMax: 32 * 1024 * 1024,
  traceUnpackedBytesMax: 128 * 1024 * 1024,
  requestHeadBytesMax: 16 * 1024,
  requestJsonDepthMax: 64,
  /** Requests one process answers at a time, open streams left out. */
  requestsInFlightMax: 5_000,
  messageCharactersMax: 1_000_000,
  metadataBytesMax: 16 * 1024,
  userIdCharactersMax: 256,
  sessionsPerUserMax: 10_000,
  /** A quiet stream says that it is alive this often: proxies cut at about 16 s. */
  streamHeartbeatMs: 10_000,
  /** A reader that takes nothing for so long is disconnected; it resumes from its offset. */
  streamStallMs: 60_000,
  /** What one stream gathers before it is written. */
  streamBatchCharactersMax: 64 * 1024,
  /** How long a long-poll waits, and how much a catch-up read gives at once. */
  longPollMs: 10_000,
  catchUpBytesMax: 1024 * 1024,
  /** Of one request or answer that a trial's network edge keeps for its record; what is beyond is passed on. */
  edgeBodyBytesMax: 8 * 1024 * 1024,
  /** Of all bodies one edge holds at a time; what comes on top is passed on without being kept. */
  edgeHeldBytesMax: 64 * 1024 * 1024,
  edgeHeadBytesMax: 32 * 1024,
  edgeHeadTimeoutMs: 15_000,
  /** From a request's first byte to the last of its body. */
  edgeRequestTimeoutMs: 10 * 60 * 1_000,
  edgeConnectTimeoutMs: 15_000,
  edgeConnectionsMax: 1_024,
  /** Spans of one request of telemetry; those beyond are refused and counted. */
  traceRequestSpansMax: 50_000,
  /** One text of a span's attributes; a longer one is cut, marked and counted. Bytes are cut alike. */
  spanTextBytesMax: 1024 * 1024,
  /** Names and keys of a span; a longer one is cut and counted. */
  spanNameBytesMax: 4_096,
  /** Attributes, events, links and values nested in them, of one span; those beyond are left out and counted. */
  spanValuesMax: 100_000,
  /** Arrays and objects inside each other in one attribute; what is deeper is left out, marked and counted. */
  spanValueDepthMax: 32,
  /** Brackets inside each other in a JSON text of spans. */
  traceJsonDepthMax: 256,
  /** Spans that wait to be sent to somebody else's collector; more are dropped and counted. */
  exportQueueSpansMax: 10_000,
  exportBatchSpansMax: 512,
  /** How long a span waits for others to be sent with. */
  exportBatchWaitMs: 1_000,
  exportAttemptsMax: 6,
  exportTimeoutMs: 10_000,
  /** The first wait after a failure doubles up to the last. */
  exportBackoffMinMs: 500,
  exportBackoffMaxMs: 30_000,
  /** What a collector may ask for in Retry-After; more is taken for this. */
  exportRetryAfterMaxMs: 10 * 60 * 1_000,
  /** How long closing waits for what is still to be sent. */
  exportCloseMs: 5_000,
  /** Of a collector's answer; what is beyond is not read. */
  exportAnswerBytesMax: 64 * 1024,
  /** Events that one finding names; of more, the first and the last. */
  findingEvidenceMax: 100,
  /** Findings of one detector in one run. */
  findingsPerDetectorMax: 20,
  findingCharactersMax: 1_000,
} as const;
