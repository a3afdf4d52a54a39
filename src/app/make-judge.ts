import { AegisError } from "../kernel/index.ts";
import type { MakeJudge } from "../eval/index.ts";
import type { Config } from "./config.ts";

/** Makes judges from the config's judge model; not configured is an error that names the fix, not a silent skip. */
export function judgeMaker(config: Config): MakeJudge {
  return async (spec, file) => {
    if (!config.judge) {
      throw new AegisError("config.bad_file", `${file}: a judge needs \`judge: { model }\` in aegis.config.ts`);
    }
    throw new AegisError("check.bad_spec", `${file}: ${JSON.stringify(spec)}`);
  };
}
