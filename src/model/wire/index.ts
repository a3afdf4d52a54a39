// Traffic of model providers, read. Beside the room's own door, so that who watches a network need not load the rest.
export type { HeaderList, ProviderExchange, SeenProviderCall, WireFormatName } from "./provider-exchange.ts";
export { readProviderExchange } from "./read-provider-exchange.ts";
export { openResponseMemory, type ResponseMemory } from "./response-memory.ts";
