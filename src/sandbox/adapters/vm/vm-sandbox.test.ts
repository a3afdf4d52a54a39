import { describeSandboxConformance } from "../../../testing/sandbox-conformance.ts";
import { vmSandboxProvider } from "./vm-sandbox-provider.ts";

describeSandboxConformance("the vm sandbox", () => vmSandboxProvider(), {
  module: new URL("./vm-sandbox-provider.ts", import.meta.url).href,
  factory: "vmSandboxProvider",
  slowness: 6,
  showsProcesses: false,
});
