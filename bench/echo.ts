// How much Aegis itself adds to an agent that costs nothing, and to one that takes 50 ms: whole process, start to exit.
import { type BenchOptions, runAsProgram } from "./bench.ts";
import { aegisEcho, type EchoLoad, makeEchoProject, promptfooEcho, vitestEcho } from "./echo-project.ts";
import type { Figure } from "./figure.ts";
import { promptfoo, vitest } from "./peers.ts";
import { type ProcessTime, timeBestOfPeer, timeTogether } from "./time-process.ts";

interface EchoClaim extends EchoLoad {
  readonly targetMs?: number;
  readonly runs: number;
  readonly withPromptfoo: boolean;
}

const CLAIMS: readonly EchoClaim[] = [
  { cases: 1_000, width: 100, agentMs: 0, targetMs: 600, runs: 9, withPromptfoo: true },
  { cases: 10_000, width: 100, agentMs: 0, targetMs: 2_000, runs: 3, withPromptfoo: false },
  { cases: 1_000, width: 100, agentMs: 50, targetMs: 750, runs: 9, withPromptfoo: true },
  { cases: 1_000, width: 16, agentMs: 50, runs: 2, withPromptfoo: false },
];

export function measureEcho(options: BenchOptions): Figure[] {
  const project = makeEchoProject();
  return options.isShort
    ? shortFigures(options, project)
    : CLAIMS.map((claim) => measureClaim(claim, options, project));
}

function measureClaim(claim: EchoClaim, { aegis, hasPeers }: BenchOptions, project: string): Figure {
  const runner = hasPeers ? vitest() : undefined;
  const ours = aegisEcho(aegis, project, { ...claim, isolation: "none" });
  const times = timeTogether({ ours, vitest: runner && vitestEcho(runner.program, project, claim) }, claim.runs);
  const other = hasPeers && claim.withPromptfoo ? promptfoo({ mayInstall: true }) : undefined;
  // Seconds each: not turn by turn, and fewer of them.
  const slow = other && timeBestOfPeer("promptfoo", promptfooEcho(other.program, project, claim), 2);
  return {
    what: `${claim.cases} cases, agent ${claim.agentMs} ms, ${claim.width} wide`,
    value: times.ours.wallMs / 1000,
    unit: "s",
    ...(claim.targetMs !== undefined && { target: claim.targetMs / 1000 }),
    peers: [...idealOf(claim), ...peer("vitest", times.vitest), ...peer("promptfoo", slow)],
  };
}

/** Ratios that a busy machine changes little: ten times the cases, and the same cases in vitest. */
function shortFigures({ aegis, hasPeers }: BenchOptions, project: string): Figure[] {
  const load = { width: 100, agentMs: 0 };
  const ours = (cases: number) => aegisEcho(aegis, project, { ...load, cases, isolation: "none" });
  const runner = hasPeers ? vitest() : undefined;
  const beside = runner && vitestEcho(runner.program, project, { ...load, cases: 400 });
  const { few, many, other } = timeTogether({ few: ours(400), many: ours(4_000), other: beside }, 2);
  return [
    {
      what: "400 cases, agent 0 ms, 100 wide",
      value: few.wallMs / 1000,
      unit: "s",
      peers: peer("vitest", other),
      ...(other && { bound: { of: "vitest's processor time", ratio: few.cpuMs / other.cpuMs, ratioMax: 1.5 } }),
    },
    {
      what: "4000 cases, agent 0 ms, 100 wide",
      value: many.wallMs / 1000,
      unit: "s",
      bound: { of: "400 cases' processor time", ratio: many.cpuMs / few.cpuMs, ratioMax: 10 },
    },
  ];
}

/** What the agent alone takes: nobody can be faster. */
function idealOf({ cases, width, agentMs }: EchoLoad): { name: string; value: number }[] {
  return agentMs === 0 ? [] : [{ name: "ideal", value: (Math.ceil(cases / width) * agentMs) / 1000 }];
}

function peer(name: string, time: ProcessTime | undefined): { name: string; value: number }[] {
  return time ? [{ name, value: time.wallMs / 1000 }] : [];
}

await runAsProgram(import.meta.url, measureEcho);
