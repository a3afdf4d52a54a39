import type { TraceStore } from "./trace-store.ts";

/** What asks for traces is loaded with the first question: most programs have none. */
export function lazyTraceStore(load: () => Promise<TraceStore>): TraceStore {
  let loading: Promise<TraceStore> | undefined;
  const traces = () => (loading ??= load());
  return {
    addSpans: async (parts, place) => (await traces()).addSpans(parts, place),
    readSpans: async (traceId) => (await traces()).readSpans(traceId),
    readUnsettled: async (trace) => (await traces()).readUnsettled(trace),
    listUnsettled: async (query) => (await traces()).listUnsettled(query),
    listUnsettledLogs: async (limit) => (await traces()).listUnsettledLogs(limit),
    noteSettledLogs: async (logs) => (await traces()).noteSettledLogs(logs),
    saveTraces: async (settled) => (await traces()).saveTraces(settled),
    packTraces: async (limit) => (await traces()).packTraces(limit),
    findTrace: async (id) => (await traces()).findTrace(id),
    listTraces: async (query) => (await traces()).listTraces(query),
    removeTraces: async (query) => (await traces()).removeTraces(query),
    addFeedback: async (feedback) => (await traces()).addFeedback(feedback),
    listFeedback: async (runIds) => (await traces()).listFeedback(runIds),
  };
}
