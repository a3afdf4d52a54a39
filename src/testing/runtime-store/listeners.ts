import { expect, test } from "vitest";
import type { NewEvent, RunEvent } from "../../domain/index.ts";
import { makeId } from "../sample-records.ts";
import type { OpenStore } from "../store-conformance.ts";
import { newPlace } from "./place.ts";

export function describeListeners(openAt: OpenStore): void {
  test("listeners hear what was appended as a reader gets it, whatever became of the objects since", async () => {
    const store = await openAt(newPlace());
    const runId = makeId<"run">();
    const heard: (readonly RunEvent[] | undefined)[] = [];
    const also: (readonly RunEvent[] | undefined)[] = [];
    store.onAppend(runId, (_, events) => heard.push(events));
    store.onAppend(runId, (_, events) => also.push(events));
    const given: Record<string, unknown> = { orderId: "W1", gone: undefined, at: new Date(0) };
    const events = [
      { type: "message.sent", content: "half \ud800", atMs: 1.5, witness: "runtime" },
      {
        type: "tool.called",
        effect: 0,
        attempt: 1,
        callId: "c",
        tool: "t",
        arguments: given,
        atMs: 2,
        witness: "runtime",
      },
    ] as unknown as NewEvent[];
    const appended = store.append(runId, events, 0);
    given["orderId"] = "changed";
    await appended;
    await store.append(runId, events.slice(0, 1), 2);
    await store.flush();
    const read = await store.read(runId);
    expect(read[1]).toMatchObject({ seq: 1, arguments: { orderId: "W1", at: "1970-01-01T00:00:00.000Z" } });
    expect(heard).toEqual([read.slice(0, 2), read.slice(2)]);
    expect(JSON.stringify(heard.flat())).toBe(JSON.stringify(read));
    expect(also).toEqual(heard);
  });
}
