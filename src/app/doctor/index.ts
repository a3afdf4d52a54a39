export { examine } from "./examine.ts";
export type { Examined } from "./examined.ts";
