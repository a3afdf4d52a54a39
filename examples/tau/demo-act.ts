import { basename } from "node:path";
import { dataFolderOf, readDataFile, recordingsIn } from "./data-folder.ts";
import { Regrader } from "./regrade-trajectories.ts";

export { dataFolderOf, recordingsIn };

export interface RegradeAct {
  readonly files: readonly RegradedFile[];
  readonly wallMs: number;
}

export interface RegradedFile {
  readonly file: string;
  readonly trajectories: number;
  readonly agree: number;
  readonly observations: number;
  readonly observationsIdentical: number;
}

/**
 * Plays every recording in the data folder again and compares rewards and tool answers with the recorded ones.
 * @param act.write gets one line per file as it is done, and a last one
 * @throws {AegisError} "data.missing" where there are recordings but not the state they began from
 */
export function regradeAndCompare(act: {
  readonly dataFolder: string;
  readonly write: (line: string) => void;
}): RegradeAct {
  const startMs = performance.now();
  const regrader = new Regrader({ dataFolder: act.dataFolder, withHash: false });
  const files = recordingsIn(act.dataFolder).map((path) => {
    const { trajectories, agree, observations, observationsIdentical } = regrader.regrade(path, readDataFile(path));
    const file = basename(path);
    act.write(
      `${file}: ${agree}/${trajectories} rewards agree, ${observationsIdentical}/${observations} tool answers identical`,
    );
    return { file, trajectories, agree, observations, observationsIdentical };
  });
  const wallMs = Math.round(performance.now() - startMs);
  const total = files.reduce((sum, { trajectories }) => sum + trajectories, 0);
  act.write(`${total} recorded conversations of ${files.length} files played again in ${wallMs} ms`);
  return { files, wallMs };
}
