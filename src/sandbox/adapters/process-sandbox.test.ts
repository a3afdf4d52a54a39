import { describeSandboxConformance } from "../../testing/sandbox-conformance.ts";
import { processSandboxProvider } from "./process-sandbox.ts";

describeSandboxConformance("the process sandbox", processSandboxProvider, {
  module: new URL("./process-sandbox.ts", import.meta.url).href,
  factory: "processSandboxProvider",
});
