import { check, suite } from "aegis";
import { recordedSuite } from "../tau/recorded-suite.ts";

const recorded = recordedSuite({
  domainName: "airline",
  file: "airline__gpt-4o__even-tasks-x4.json",
  environment: process.env,
});

export default suite("airline", {
  agent: "./agents/replayed.ts",
  world: recorded.world,
  cases: recorded.cases,
  tags: ["tau", "recorded"],
  checks: [check.toolsAllowed(recorded.toolNames), check.noEndlessRepeat({ times: 3 }), check.retriesAtMost(3)],
});
