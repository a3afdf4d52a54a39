import { escapeTerminal } from "../kernel/index.ts";
import { renderTerminal } from "../eval/report/index.ts";
import type { RunSummary } from "../eval/summary/index.ts";
import type { SecondAct } from "../app/demo/index.ts";
import type { Terminal } from "./terminal.ts";
import type { Report } from "./report.ts";
import { watchProgress } from "./watch-progress.ts";

/** What the demo shows, scene by scene. Quiet for --json. */
export function demoStage(terminal: Terminal, { isQuiet }: { readonly isQuiet: boolean }) {
  const { hasColor: color, width } = terminal;
  const say = (text: string) => {
    if (!isQuiet) terminal.out(text);
  };
  const bold = (text: string) => (color ? `\u001b[1m${text}\u001b[22m` : text);
  return {
    title: (text: string) => say(`\n${bold(text)}\n\n`),
    note: (text: string) => say(`  ${escapeTerminal(text)}\n`),
    progress: () => watchProgress(terminal, { isQuiet }),
    run(summary: RunSummary): void {
      const gate = { exitCode: 0, reasons: [] } as const;
      say(`${renderTerminal({ summary, gate, color, width, sections: ["header", "cases", "suite"] })}\n`);
      say("This run becomes the baseline. Now somebody changes the agent.\n\n");
    },
    comparison(report: Report): void {
      say(
        `${renderTerminal({ ...report, color, width, sections: ["header", "suite", "comparison", "gate", "notSeen"], comparedCasesMax: 3 })}\n`,
      );
    },
    secondAct(act: SecondAct): void {
      if (act.kind === "played") say("\n");
      if (act.kind === "missing") return say(`  Left out: ${escapeTerminal(act.reason)}\n\n`);
      if (act.comparison) {
        const { summary, comparison } = act.comparison;
        const gate = { exitCode: 0, reasons: [] } as const;
        say("\n  Two of these recordings are of the same tasks, one trial each. Is the second agent worse?\n");
        say(
          `\n${renderTerminal({ summary, comparison, gate, color, width, sections: ["comparison"], comparedCasesMax: 2 })}\n`,
        );
      }
    },
    end(told: {
      readonly before: string;
      readonly after: string;
      /** The demo's project, as seen from here. */
      readonly folder: string;
      readonly seconds: number;
      readonly verdict: { readonly sentence: string };
    }): void {
      say(`${bold(told.verdict.sentence)} (${told.seconds.toFixed(0)} s)\n\nOpen next:\n`);
      const lines = [
        [`npx aegis eval show ${told.after}`, "the changed agent's run, case by case"],
        [`npx aegis eval compare ${told.before} ${told.after}`, "the comparison again"],
        [`${told.folder}/evals/production-v2/`, "the suite and its cases"],
        ["npx aegis init my-agent", "the same for an agent of yours"],
      ];
      for (const [what = "", why = ""] of lines) say(`  ${what}\n      ${why}\n`);
    },
  };
}
