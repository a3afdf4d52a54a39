import { expect, test } from "vitest";
import { compileCheck } from "./compile-check.ts";
import { log } from "./log-builder.test-kit.ts";

const DAY_MS = 86_400_000;
const at = "2026-11-02T10:00:00Z";
const nowMs = Date.parse(at);
const policy = (version: string, ageDays?: number) => ({
  id: "refund-policy",
  version,
  ...(ageDays !== undefined && { updatedAtMs: nowMs - ageDays * DAY_MS }),
});
const reading = (...sources: ReturnType<typeof policy>[]) => ({ sources });
const read = (...readings: ReturnType<typeof reading>[]) =>
  readings.reduce((events, options) => events.tool("search", {}, "text", options), log());
const latest = { source: "refund-policy", latest: "v2" };
const fresh = { days: 30, at };

test.each([
  { why: "read the latest", events: read(reading(policy("v2"))), spec: { latestVersion: latest }, outcome: "pass" },
  { why: "read an old one", events: read(reading(policy("v1"))), spec: { latestVersion: latest }, outcome: "fail" },
  {
    why: "old, then latest",
    events: read(reading(policy("v1")), reading(policy("v2"))),
    spec: { latestVersion: latest },
    outcome: "pass",
  },
  {
    why: "latest, then old",
    events: read(reading(policy("v2")), reading(policy("v1"))),
    spec: { latestVersion: latest },
    outcome: "fail",
  },
  {
    why: "both at once",
    events: read(reading(policy("v1"), policy("v2"))),
    spec: { latestVersion: latest },
    outcome: "pass",
  },
  { why: "never read", events: read(reading()), spec: { latestVersion: latest }, outcome: "fail" },
  { why: "no sources recorded", events: log().tool("search"), spec: { latestVersion: latest }, outcome: "void" },
  {
    why: "version in the result",
    events: log().tool("policy.get", {}, '{"version":2}'),
    spec: { latestVersion: { tool: "policy.get", path: "version", latest: 2 } },
    outcome: "pass",
  },
  {
    why: "old version in the result",
    events: log().tool("policy.get", {}, { version: 1 }),
    spec: { latestVersion: { tool: "policy.get", path: "version", latestFromState: "policy.version" } },
    state: { policy: { version: 2 } },
    outcome: "fail",
  },
  {
    why: "no version in the result",
    events: log().tool("policy.get", {}, {}),
    spec: { latestVersion: { tool: "policy.get", path: "version", latest: 2 } },
    outcome: "void",
  },
  {
    why: "state does not say",
    events: read(reading(policy("v1"))),
    spec: { latestVersion: { source: "refund-policy", latestFromState: "policy.version" } },
    outcome: "void",
  },
  { why: "fresh", events: read(reading(policy("v1", 29))), spec: { sourceFresherThan: fresh }, outcome: "pass" },
  { why: "stale", events: read(reading(policy("v1", 31))), spec: { sourceFresherThan: fresh }, outcome: "fail" },
  {
    why: "stale, then fresh",
    events: read(reading(policy("v1", 31)), reading(policy("v2", 1))),
    spec: { sourceFresherThan: fresh },
    outcome: "pass",
  },
  {
    why: "stale beside fresh",
    events: read(reading(policy("v2", 1), policy("v1", 31))),
    spec: { sourceFresherThan: fresh },
    outcome: "pass",
  },
  {
    why: "within hours",
    events: read(reading(policy("v1", 1))),
    spec: { sourceFresherThan: { hours: 23, at } },
    outcome: "fail",
  },
  { why: "age unknown", events: read(reading(policy("v1"))), spec: { sourceFresherThan: fresh }, outcome: "void" },
  { why: "nothing recorded", events: log().tool("search"), spec: { sourceFresherThan: fresh }, outcome: "void" },
  {
    why: "another source",
    events: read(reading(policy("v1", 1))),
    spec: { sourceFresherThan: { ...fresh, source: "faq*" } },
    outcome: "fail",
  },
  {
    why: "by the agent's clock",
    events: log()
      .add({ type: "clock.read", effect: 90, valueMs: nowMs })
      .tool("search", {}, "text", reading(policy("v1", 1))),
    spec: { sourceFresherThan: { days: 2 } },
    outcome: "pass",
  },
])("$why: $outcome", ({ events, spec, outcome, state }) => {
  const run = events.run(state ? { state: { before: state, after: state } } : {});
  expect(compileCheck(spec).judge(run)).toMatchObject({ outcome });
});
