import { latencyOf, numberOf } from "../../fault/index.ts";
import type { AfterUpstream, BeforeUpstream } from "../disturbance.ts";
import { answerThatFlows, brokenBody, takeWhole } from "./answer-body.ts";
import type { FaultAct, FaultScene } from "./fault-act.ts";

/** Faults of the connection and of time; undefined for others. */
export function connectionAct(scene: FaultScene): FaultAct | undefined {
  const { do: action } = scene.hit.fault;
  switch (action.kind) {
    // Where the request has come this far, the connection to the edge stands already: it breaks without an answer.
    case "dns-failure":
    case "connection-refused":
    case "tls-invalid":
    case "tls-expired":
      return endOnSide(scene, { kind: "reset" }, { seenAs: "reset" });
    case "reset-before-headers":
    case "keep-alive-dropped":
    case "response-lost":
    case "mcp-server-crash":
      return endOnSide(scene, { kind: "reset" });
    case "black-hole":
    case "hang":
      return endOnSide(scene, { kind: "hang" });
    case "timeout":
      return onSide(scene, numberOf(action, "afterMs"), { kind: "reset" });
    case "reset-mid-body":
      return resetMidBody(scene, numberOf(action, "share"));
    default: {
      const delayMs = latencyOf(action, scene.hit.random);
      return delayMs === undefined ? paceAct(scene) : onSide(scene, delayMs, undefined);
    }
  }
}

function endOnSide(scene: FaultScene, end: AfterUpstream, detail = {}): FaultAct {
  const act = () => {
    scene.tell(detail);
    return Promise.resolve(end);
  };
  return scene.hit.fault.side === "before" ? { before: act } : { after: act };
}

/** Waits, and then goes on, or ends. */
function onSide(scene: FaultScene, delayMs: number, end: AfterUpstream | undefined): FaultAct {
  const waited = async (signal: AbortSignal) => {
    scene.tell({ delayMs });
    await scene.sleep(delayMs, signal);
  };
  if (scene.hit.fault.side === "after") {
    return { after: (answer, signal) => waited(signal).then(() => end ?? { kind: "answer", answer }) };
  }
  const goOn: BeforeUpstream = { kind: "go-on" };
  return { before: (signal) => waited(signal).then(() => end ?? goOn) };
}

function resetMidBody(scene: FaultScene, share: number): FaultAct {
  return {
    async after(given) {
      const { answer: untouched, whole } = await takeWhole(given);
      if (!whole) return { kind: "answer", answer: untouched };
      const keptBytes = Math.min(Math.round(whole.body.length * share), Math.max(0, whole.body.length - 1));
      scene.tell({ keptBytes, bytes: whole.body.length });
      const answer = answerThatFlows(whole, brokenBody(whole.body.subarray(0, keptBytes)));
      return { kind: "answer", answer };
    },
  };
}

/** The body comes, but not as fast as it could. */
function paceAct(scene: FaultScene): FaultAct | undefined {
  const { do: action } = scene.hit.fault;
  const paced = (
    pace: (body: AsyncIterable<Uint8Array>, signal: AbortSignal) => AsyncGenerator<Uint8Array>,
  ): FaultAct => ({
    after: (answer, signal) => {
      scene.tell();
      return Promise.resolve({ kind: "answer", answer: answerThatFlows(answer, pace(answer.body, signal)) });
    },
  });
  const { sleep } = scene;
  switch (action.kind) {
    case "stall-first-byte": {
      const delayMs = numberOf(action, "delayMs");
      return paced(async function* (body, signal) {
        await sleep(delayMs, signal);
        yield* body;
      });
    }
    case "slow-close": {
      const delayMs = numberOf(action, "delayMs");
      return paced(async function* (body, signal) {
        yield* body;
        await sleep(delayMs, signal);
      });
    }
    case "bandwidth": {
      const bytesPerSecond = numberOf(action, "bytesPerSecond");
      const pieceBytes = Math.max(1, Math.ceil(bytesPerSecond / PIECES_PER_SECOND));
      return paced((body, signal) =>
        inPieces(body, { pieceBytes, wait: (bytes) => sleep((bytes / bytesPerSecond) * 1000, signal) }),
      );
    }
    case "drip": {
      const everyMs = numberOf(action, "everyMs");
      return paced((body, signal) =>
        inPieces(body, { pieceBytes: numberOf(action, "pieceBytes"), wait: () => sleep(everyMs, signal) }),
      );
    }
    default:
      return undefined;
  }
}

const PIECES_PER_SECOND = 20;

async function* inPieces(
  body: AsyncIterable<Uint8Array>,
  { pieceBytes, wait }: { readonly pieceBytes: number; readonly wait: (bytes: number) => Promise<void> },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    for (let from = 0; from < chunk.length; from += pieceBytes) {
      const piece = chunk.subarray(from, from + pieceBytes);
      await wait(piece.length);
      yield piece;
    }
  }
}
