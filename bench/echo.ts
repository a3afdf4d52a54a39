// How much Aegis itself adds to an agent that costs nothing, and to one that takes 50 ms: whole process, start to exit.
import { type BenchOptions, runAsProgram, say } from "./bench.ts";
import { aegisEcho, type EchoLoad, makeEchoProject, promptfooEcho, vitestEcho } from "./echo-project.ts";
import type { Figure } from "./figure.ts";
import { promptfoo, vitest } from "./peers.ts";
import { type ProcessTime, timeBest, timeTogether } from "./time-process.ts";

interface EchoClaim extends EchoLoad {
  readonly targetMs?: number;
  readonly runs: number;
  readonly withPromptfoo: boolean;
}

const CLAIMS: readonly EchoClaim[] = [
  { cases: 1_000, width: 100, agentMs: 0, targetMs: 600, runs: 9, withPromptfoo: true },
  { cases: 10_000, width: 100, agentMs: 0, targetMs: 2_000, runs: 3, withPromptfoo: false },
  { cases: 1_000, width: 100, agentMs: 50, targetMs: 750, runs: 5, withPromptfoo: true },
  { cases: 1_000, width: 16, agentMs: 50, runs: 2, withPromptfoo: false },
];

export function measureEcho(options: BenchOptions): Figure[] {
  const project = makeEchoProject();
  return options.isShort
    ? shortFigures(options, project)
    : CLAIMS.map((claim) => measureClaim(claim, options, project));
}

function measureClaim(claim: EchoClaim, { aegis, hasPeers }: BenchOptions, project: string): Figure {
  const ours = { aegis: aegisEcho(aegis, project, { ...claim, isolation: "none" }) };
  const runner = hasPeers ? vitest() : undefined;
  const programs = { ...ours, ...(runner && { vitest: vitestEcho(runner.program, project, claim) }) };
  const times: Record<string, ProcessTime> = timeTogether(programs, claim.runs);
  const wide = hasPeers && claim.withPromptfoo ? promptfoo({ mayInstall: true }) : undefined;
  if (wide) times["promptfoo"] = timeBest(promptfooEcho(wide.program, project, claim), 2);
  const { aegis: own, ...others } = times;
  return {
    what: `${claim.cases} cases, agent ${claim.agentMs} ms, ${claim.width} wide`,
    value: seconds(own),
    unit: "s",
    ...(claim.targetMs !== undefined && { target: claim.targetMs / 1000 }),
    peers: [...idealOf(claim), ...Object.entries(others).map(([name, time]) => ({ name, value: seconds(time) }))],
  };
}

/** Ratios that a busy machine changes little: ten times the cases, and the same cases in vitest. */
function shortFigures({ aegis, hasPeers }: BenchOptions, project: string): Figure[] {
  const load = { width: 100, agentMs: 0 };
  const few = aegisEcho(aegis, project, { ...load, cases: 400, isolation: "none" });
  const many = aegisEcho(aegis, project, { ...load, cases: 4_000, isolation: "none" });
  const runner = hasPeers ? vitest() : undefined;
  const programs = {
    few,
    many,
    ...(runner && { vitest: vitestEcho(runner.program, project, { ...load, cases: 400 }) }),
  };
  const {
    few: small,
    many: large,
    vitest: peer,
  } = timeTogether<string>(programs, 2) as Record<string, ProcessTime | undefined>;
  if (!peer) say("vitest is not measured beside");
  const smallBound = peer && { of: "vitest", ratio: (small?.cpuMs ?? 0) / peer.cpuMs, ratioMax: 1.5 };
  return [
    {
      what: "400 cases, agent 0 ms, 100 wide",
      value: seconds(small),
      unit: "s",
      ...(smallBound && { bound: smallBound }),
    },
    {
      what: "4000 cases, agent 0 ms, 100 wide",
      value: seconds(large),
      unit: "s",
      bound: { of: "400 cases", ratio: (large?.cpuMs ?? 0) / (small?.cpuMs ?? 1), ratioMax: 10 },
    },
  ];
}

/** What the agent alone takes: nobody can be faster. */
function idealOf({ cases, width, agentMs }: EchoLoad): { name: string; value: number }[] {
  return agentMs === 0 ? [] : [{ name: "ideal", value: (Math.ceil(cases / width) * agentMs) / 1000 }];
}

function seconds(time: ProcessTime | undefined): number {
  return (time?.wallMs ?? Number.NaN) / 1000;
}

await runAsProgram(import.meta.url, measureEcho);
