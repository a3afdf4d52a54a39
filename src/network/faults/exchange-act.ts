import { bodyAct } from "./body-acts.ts";
import { connectionAct } from "./connection-acts.ts";
import type { FaultAct, FaultScene } from "./fault-act.ts";
import { mcpAct } from "./mcp/mcp-acts.ts";
import { modelAct } from "./model/model-acts.ts";
import { statusAnswer } from "./status-answer.ts";
import { streamAct } from "./stream-acts.ts";

/** What a fault does to an exchange: what its protocol has of its own goes before what every exchange has. */
export function exchangeAct(scene: FaultScene): FaultAct | undefined {
  return (
    mcpAct(scene) ?? modelAct(scene) ?? statusAct(scene) ?? connectionAct(scene) ?? streamAct(scene) ?? bodyAct(scene)
  );
}

function statusAct(scene: FaultScene): FaultAct | undefined {
  const { hit, protocol, clock } = scene;
  if (!statusAnswer(hit.fault.do, protocol, 0)) return undefined;
  const act = () => {
    const refused = statusAnswer(hit.fault.do, protocol, clock.nowMs());
    if (!refused) return Promise.resolve({ kind: "reset" } as const);
    scene.tell(refused.detail);
    return Promise.resolve({ kind: "answer", answer: refused.answer } as const);
  };
  return hit.fault.side === "before" ? { before: act } : { after: act };
}
