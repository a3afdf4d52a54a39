export { answerFromResult, answerFromStreamParts, resultFromAnswer, streamPartsFromAnswer } from "./ai-sdk-answer.ts";
export { errorFromProvider, errorToProvider } from "./ai-sdk-error.ts";
export { messagesFromPrompt, promptFromMessages } from "./ai-sdk-messages.ts";
export { type ChatExchange, type ChatHandler, type ChatHandlerOptions, createChatHandler } from "./chat-handler.ts";
export { costOf, priceOf } from "./cost-of.ts";
export { callFromRequest, fromAiSdkModel } from "./from-ai-sdk-model.ts";
export type { LanguageModel, ModelAnswer, ModelRequest, ToolSchema } from "./language-model.ts";
export { mergePrices, type Price, PRICE_SOURCES, PRICES, type PriceTable } from "./prices.ts";
export { type Replay, replayModel } from "./replay-model.ts";
export type {
  CallCount,
  Condition,
  Rule,
  Script,
  ScriptedCall,
  ScriptFunction,
  ScriptOptions,
  ScriptTurn,
  Step,
} from "./script.ts";
export { type PortedModel, replay, scripted } from "./scripted.ts";
export { scriptedModel, type Sleep, sleepRealTime } from "./scripted-model.ts";
export { type ModelServer, serveModel } from "./serve-model.ts";
export { requestFromCall, toAiSdkModel } from "./to-ai-sdk-model.ts";
export { type RetryOptions, withRetries } from "./with-retries.ts";
