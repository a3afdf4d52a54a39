import { check, suite } from "aegis";
import { recordedSuite } from "../tau/recorded-suite.ts";

const recorded = recordedSuite({
  domainName: "retail",
  file: "retail__agentverify-tool-calling__100x1.json",
  environment: process.env,
});

export default suite("retail", {
  agent: "./agents/replayed.ts",
  world: recorded.world,
  cases: recorded.cases,
  tags: ["tau", "recorded"],
  checks: [check.toolsAllowed(recorded.toolNames), check.noEndlessRepeat({ times: 3 }), check.retriesAtMost(3)],
});
