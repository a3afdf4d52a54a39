import { describeSandboxConformance } from "../../../testing/sandbox-conformance.ts";
import { namespaceSandboxProvider } from "./namespace-sandbox.ts";

describeSandboxConformance("the namespace sandbox", namespaceSandboxProvider, {
  module: new URL("./namespace-sandbox.ts", import.meta.url).href,
  factory: "namespaceSandboxProvider",
});
