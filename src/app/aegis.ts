import type { EvalRequest, EvalResult } from "./run-eval.ts";

export interface LibraryEvalRequest extends Partial<Omit<EvalRequest, "suite" | "isolation">> {
  readonly suite: string;
  /** true: the strongest isolation this machine can give; the result says which. */
  readonly sandbox?: boolean | EvalRequest["isolation"];
  /** The project's folder; the current one unless told. */
  readonly cwd?: string;
}

/** The library call behind `aegis eval run`: the same engine, store and verdicts. Nothing heavy is loaded before it is called. */
export const aegis = {
  eval: {
    async run(request: LibraryEvalRequest): Promise<EvalResult> {
      const { cwd = process.cwd(), sandbox, ...rest } = request;
      const [{ openApp }, { runEval }, { strongestLevel }] = await Promise.all([
        import("./open-app.ts"),
        import("./run-eval.ts"),
        import("./performers.ts"),
      ]);
      const app = await openApp({ cwd, env: process.env });
      const isolation = sandbox === true ? await strongestLevel() : sandbox === false ? ("none" as const) : sandbox;
      try {
        return await runEval(app, { ...rest, ...(isolation !== undefined && { isolation }) });
      } finally {
        await app[Symbol.asyncDispose]();
      }
    },
  },
};
