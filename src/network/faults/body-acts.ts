import { gzipSync } from "node:zlib";
import { canonicalJson, type Json } from "../../kernel/index.ts";
import { jsonChange, keepShareOfList, numberOf, shiftDate, textOf } from "../../fault/index.ts";
import type { EdgeAnswer } from "../exchange.ts";
import {
  answerThatFlows,
  answerWith,
  bodyOf,
  brokenBody,
  headerOf,
  jsonAnswer,
  setHeader,
  takeWhole,
  type WholeAnswer,
  withoutHeaders,
} from "./answer-body.ts";
import type { FaultAct, FaultScene } from "./fault-act.ts";
import { parseJson } from "./read-protocol.ts";

/** Faults of the body, and those of the meaning that need the body; undefined for others. */
export function bodyAct(scene: FaultScene): FaultAct | undefined {
  const { do: action } = scene.hit.fault;
  const change = wholeChange(scene);
  if (change) return onWhole(scene, change);
  switch (action.kind) {
    case "duplicate-delivery":
      return {
        before: () => {
          scene.tell();
          return Promise.resolve({ kind: "go-on", deliveryCount: 2 });
        },
      };
    case "partial-batch":
      return { before: () => Promise.resolve({ kind: "go-on", ...partOfBatch(scene, numberOf(action, "share")) }) };
    case "lost-update":
      return {
        before: () => {
          scene.tell();
          return Promise.resolve({ kind: "answer", answer: jsonAnswer(200, action.parameters["answer"] ?? null) });
        },
      };
    default:
      return undefined;
  }
}

/** What becomes of a whole answer; undefined: nothing, and the fault did not happen. */
type WholeChange = (whole: WholeAnswer) => EdgeAnswer | undefined | Promise<EdgeAnswer | undefined>;

/** Acts on answers that can be had whole, where it changes them. */
export function onWhole(scene: FaultScene, change: WholeChange): FaultAct {
  return {
    async after(given) {
      const { answer, whole } = await takeWhole(given);
      const changed = whole && (await change(whole));
      if (changed) scene.tell();
      return { kind: "answer", answer: changed ?? answer };
    },
  };
}

function wholeChange(scene: FaultScene): WholeChange | undefined {
  const { do: action } = scene.hit.fault;
  switch (action.kind) {
    case "wrong-length":
      return (whole) => {
        const announced = whole.body.length + numberOf(action, "extraBytes");
        const answer = answerThatFlows(whole, brokenBody(whole.body));
        return { ...answer, headers: setHeader(answer.headers, "content-length", String(announced)) };
      };
    case "broken-gzip":
      return (whole) => {
        const bytes = gzipSync(whole.body);
        // After the header of ten bytes: a block of a type that does not exist.
        bytes[10] = 0xff;
        return answerWith({ ...whole, headers: setHeader(whole.headers, "content-encoding", "gzip") }, bytes);
      };
    case "wrong-charset":
      return wrongCharset;
    case "wrong-content-type":
      return (whole) =>
        answerWith(
          { ...whole, headers: setHeader(whole.headers, "content-type", textOf(action, "contentType")) },
          whole.body,
        );
    case "html-error":
      return () => answerWith({ status: 200, headers: [["content-type", "text/html; charset=utf-8"]] }, HTML_ERROR);
    case "truncated":
      return ({ body, ...head }) => {
        const kept = Math.min(Math.round(body.length * numberOf(action, "share")), body.length - 1);
        return body.length === 0 ? undefined : answerWith(head, body.subarray(0, kept));
      };
    default:
      return dataChange(scene);
  }
}

const HTML_ERROR =
  "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Something went wrong</h1>" +
  "<p>Please try again later.</p></body></html>";

/** Texts of Western Europe in ISO 8859-1, all else in UTF-16, both said to be UTF-8. */
function wrongCharset(whole: WholeAnswer): EdgeAnswer {
  const text = whole.body.toString("utf8");
  const isLatin = /[\u0080-\u00ff]/.test(text) && !/[^\u0000-\u00ff]/.test(text);
  const type = (headerOf(whole.headers, "content-type") ?? "text/plain").replace(/;\s*charset=[^;]*/i, "");
  const headers = setHeader(whole.headers, "content-type", `${type}; charset=utf-8`);
  return answerWith({ ...whole, headers }, Buffer.from(text, isLatin ? "latin1" : "utf16le"));
}

/** Faults that change what the answer says. */
function dataChange(scene: FaultScene): WholeChange | undefined {
  const { hit, request, earlier } = scene;
  const change = jsonChange(hit.fault.do, { random: hit.random, marker: scene.marker });
  if (!change) return undefined;
  return async (whole) => {
    // A refusal and an answer without a body have no entries and no values to change.
    if (whole.status >= 300 || whole.body.length === 0) return undefined;
    const json = parseJson(whole.body);
    const before: Json = json ?? whole.body.toString("utf8");
    const past = await earlierBody(scene);
    const asked = Object.fromEntries(new URL(request.url).searchParams);
    const after = change(before, { asked, ...(past !== undefined && { earlier: past }) });
    const headers = changedHeaders(scene, whole);
    const isSame = canonicalJson(after) === canonicalJson(before);
    if (isSame && headers === whole.headers) return undefined;
    if (isSame && earlier === undefined) return answerWith({ ...whole, headers }, whole.body);
    return answerWith(
      { ...whole, headers },
      typeof after === "string" && json === undefined ? after : JSON.stringify(after),
    );
  };
}

/** What the last undisturbed exchange that asked the same was answered. */
export async function earlierBody({ earlier }: FaultScene): Promise<Json | undefined> {
  if (!earlier?.response) return undefined;
  const { status, headers, chunks } = earlier.response;
  const { whole } = await takeWhole({ status, headers, body: bodyOf(...chunks.map(({ bytes }) => bytes)) });
  return whole && (parseJson(whole.body) ?? whole.body.toString("utf8"));
}

/** A cache tells how old its answer is; a clock that is off shows in the date. */
function changedHeaders({ hit, clock }: FaultScene, { headers }: WholeAnswer): WholeAnswer["headers"] {
  const { do: action } = hit.fault;
  const date = headerOf(headers, "date") ?? new Date(clock.nowMs()).toUTCString();
  if (action.kind === "clock-skew") return setHeader(headers, "date", shiftDate(date, numberOf(action, "byMs")));
  if (action.kind !== "stale") return headers;
  const ageMs = numberOf(action, "byMs");
  const modified = headerOf(headers, "last-modified");
  return [
    ...withoutHeaders(headers, ["age", "last-modified"]),
    ["age", String(Math.round(ageMs / 1000))],
    ...(modified === undefined ? [] : [["last-modified", shiftDate(modified, -ageMs)] as const]),
  ];
}

/** Only a part of the batch reaches the upstream. */
function partOfBatch({ request, tell }: FaultScene, share: number): { readonly body?: Uint8Array } {
  const batch = request.bodyIsWhole ? parseJson(request.body) : undefined;
  if (batch === undefined) return {};
  const part = JSON.stringify(keepShareOfList(batch, share));
  if (part === JSON.stringify(batch)) return {};
  tell();
  return { body: Buffer.from(part) };
}
