import { readFile } from "node:fs/promises";

export interface PullRequest {
  readonly baseUrl: string;
  readonly token: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly pullNumber: number;
}

/** The pull request a GitHub Actions job runs for, from its environment. */
export async function pullRequestOf(env: NodeJS.ProcessEnv): Promise<PullRequest | undefined> {
  const token = env["GITHUB_TOKEN"];
  const repository = env["GITHUB_REPOSITORY"];
  const path = env["GITHUB_EVENT_PATH"];
  if (!token || !repository || !path) return undefined;
  const event = JSON.parse(await readFile(path, "utf8")) as { pull_request?: { number?: number } };
  const pullNumber = event.pull_request?.number;
  if (pullNumber === undefined) return undefined;
  return { baseUrl: env["GITHUB_API_URL"] ?? "https://api.github.com", token, repository, pullNumber };
}
