import { expect, test } from "vitest";
import type { Feedback } from "../../domain/index.ts";
import { newPlace } from "../runtime-store/place.ts";
import { makeId } from "../sample-records.ts";
import { HOSTILE_TEXTS } from "../sample-runtime-records.ts";
import { sampleFeedback } from "../sample-trace-records.ts";
import type { OpenStore } from "../store-conformance.ts";

export function describeFeedback(openAt: OpenStore): void {
  test("feedback of runs comes back in order of time", async () => {
    const store = await openAt(newPlace());
    const [left, right, other] = [makeId<"run">(), makeId<"run">(), makeId<"run">()];
    const said = [
      sampleFeedback({ runId: right, atMs: 3 }),
      sampleFeedback({ runId: left, atMs: 1.5 }),
      sampleFeedback({ runId: left, atMs: 5, kind: "outcome", name: "ticket.reopened", attributes: { ticket: "T-1" } }),
      sampleFeedback({ runId: right, atMs: 5, comment: "no \ud800 \u0000" }),
      sampleFeedback({ runId: other, atMs: 2 }),
    ] as const;
    await store.addFeedback(said.toReversed());
    expect(await store.listFeedback([right, left])).toEqual([said[1], said[0], said[2], said[3]]);
    expect(await store.listFeedback([other])).toEqual([said[4]]);
    expect(await store.listFeedback([makeId()])).toEqual([]);
    expect(await store.listFeedback([])).toEqual([]);
    await store.addFeedback([]);
  });

  test("a feedback that is said twice is there once, as it was said first", async () => {
    const store = await openAt(newPlace());
    const first = sampleFeedback();
    const again: Feedback = { ...first, score: 1, runId: makeId() };
    await store.addFeedback([first, again]);
    await store.addFeedback([again]);
    expect(await store.listFeedback([first.runId, again.runId])).toEqual([first]);
  });

  test("feedback of more runs than one question names is found", async () => {
    const store = await openAt(newPlace());
    const said = Array.from({ length: 1_200 }, (_, index) => sampleFeedback({ atMs: index }));
    await store.addFeedback(said);
    expect(await store.listFeedback(said.map(({ runId }) => runId).toReversed())).toEqual(said);
  });

  test.each([...HOSTILE_TEXTS, "half \ud83d", "nul \u0000"])(
    "feedback with %j in every text comes back as it was",
    async (text) => {
      const store = await openAt(newPlace());
      const feedback = sampleFeedback({ name: text, comment: text, by: text, attributes: { [text]: text } });
      await store.addFeedback([feedback]);
      expect(await store.listFeedback([feedback.runId])).toEqual([feedback]);
    },
  );
}
