import {} from "../kernel/index.ts";
export {};
