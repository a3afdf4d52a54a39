import type { LanguageModelV4 } from "@ai-sdk/provider";
import type { AssistantMessage } from "../domain/index.ts";
import type { LanguageModel } from "./language-model.ts";
import { replayModel } from "./replay-model.ts";
import type { Script, ScriptFunction } from "./script.ts";
import { scriptedModel } from "./scripted-model.ts";
import { toAiSdkModel } from "./to-ai-sdk-model.ts";

/** An AI SDK model that also is one of ours, behind `port`. */
export type PortedModel = LanguageModelV4 & { readonly port: LanguageModel };

/** A scripted model for `new ToolLoopAgent({ model: scripted({...}) })`. */
export function scripted(script: Script | ScriptFunction): PortedModel {
  return ported(scriptedModel(script));
}

/** A model that says again what was recorded. */
export function replay(messages: readonly AssistantMessage[], options: { readonly id?: string } = {}): PortedModel {
  return ported(replayModel({ messages, ...options }));
}

function ported(port: LanguageModel): PortedModel {
  return { ...toAiSdkModel(port), port };
}
