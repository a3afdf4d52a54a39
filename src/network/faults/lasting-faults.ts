import { numberOf, textOf } from "../../fault/index.ts";
import type { Disturbance } from "../disturbance.ts";
import type { EdgeAnswer, SeenRequest } from "../exchange.ts";
import { answerWith, headerOf, jsonAnswer } from "./answer-body.ts";
import type { FaultAct, FaultScene } from "./fault-act.ts";
import type { Protocol } from "./read-protocol.ts";
import { statusAnswer } from "./status-answer.ts";

/** Faults that outlive the call they happen to: a token stays expired, a loop goes on. One for each trial. */
export interface LastingFaults {
  /** What an earlier fault does to this request. */
  follow(request: SeenRequest, protocol: Protocol): Disturbance | undefined;
  /** Begins one; undefined for faults of other kinds. */
  begin(scene: FaultScene): FaultAct | undefined;
}

interface ExpiredToken {
  readonly authorization: string;
  readonly host: string;
  readonly scene: FaultScene;
}

/** Stands in the address of a request that was sent back to where it came from. */
const LOOP_MARK = "redirect";

export function openLastingFaults(
  tellAgain: (scene: FaultScene, detail: { readonly status: number }) => void,
): LastingFaults {
  const expired: ExpiredToken[] = [];
  const loops = new Map<string, FaultScene>();
  const answered = (scene: FaultScene, answer: EdgeAnswer): Disturbance => ({
    fault: scene.hit.fault.do.kind,
    before: () => {
      tellAgain(scene, { status: answer.status });
      return Promise.resolve({ kind: "answer", answer });
    },
  });
  return {
    follow(request, protocol) {
      const { host, pathname, searchParams } = new URL(request.url);
      const loop = loops.get(`${host}${pathname}`);
      if (loop && searchParams.has(LOOP_MARK)) return answered(loop, redirect(request, loop));
      const authorization = headerOf(request.headers, "authorization");
      for (const token of expired) {
        if (token.host !== host) continue;
        const { do: action } = token.scene.hit.fault;
        if (textOf(action, "refresh") === "fails" && isRefresh(request)) return answered(token.scene, REFUSED_REFRESH);
        if (token.authorization === authorization && !isRefresh(request)) {
          const refused = statusAnswer(action, protocol, 0);
          if (refused) return answered(token.scene, refused.answer);
        }
      }
      return undefined;
    },
    begin(scene) {
      const { hit, request } = scene;
      const { host, pathname } = new URL(request.url);
      const { do: action } = hit.fault;
      if (action.kind === "redirect-loop") {
        loops.set(`${host}${pathname}`, scene);
        return {
          before: () => {
            scene.tell({ status: numberOf(action, "status") });
            return Promise.resolve({ kind: "answer", answer: redirect(request, scene) });
          },
        };
      }
      if (action.kind !== "token-expired") return undefined;
      const authorization = headerOf(request.headers, "authorization");
      if (authorization !== undefined) expired.push({ authorization, host, scene });
      const refused = statusAnswer(action, scene.protocol, 0);
      if (!refused) return undefined;
      return {
        before: () => {
          scene.tell(refused.detail);
          return Promise.resolve({ kind: "answer", answer: refused.answer });
        },
      };
    },
  };
}

/** Relative, so that it leads back to the edge however the client reached it. */
function redirect({ url }: SeenRequest, { hit }: FaultScene): EdgeAnswer {
  const { pathname, searchParams } = new URL(url);
  const again = new URLSearchParams(searchParams);
  again.set(LOOP_MARK, String(Number(again.get(LOOP_MARK) ?? 0) + 1));
  const status = numberOf(hit.fault.do, "status");
  return answerWith({ status, headers: [["location", `${pathname}?${again.toString()}`]] }, "");
}

/** A request for a new token, as OAuth and most services of their own name it. */
function isRefresh({ method, url }: SeenRequest): boolean {
  return method === "POST" && /(^|\/)(token|tokens|refresh|oauth2?|auth|login)(\/|$|_)/i.test(new URL(url).pathname);
}

const REFUSED_REFRESH_BODY = { error: "invalid_grant", error_description: "The refresh token has expired" };
const REFUSED_REFRESH: EdgeAnswer = {
  status: 400,
  headers: [["content-type", "application/json"]],
  body: {
    [Symbol.asyncIterator]: () => jsonAnswer(400, REFUSED_REFRESH_BODY).body[Symbol.asyncIterator](),
  },
};
