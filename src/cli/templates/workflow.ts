import type { OwnDependency } from "./own-package.ts";

/** .github/workflows/aegis.yml: main keeps the baseline, a pull request is held against it. */
export function workflow({ spec, isLocal }: OwnDependency): string {
  const install = isLocal
    ? [
        `# package.json asks for aegis as ${JSON.stringify(spec)}: check that folder out before this step, or name a`,
        "# release of yours instead. A package named aegis on a public registry may be another project.",
      ]
    : [
        `# Brings what package.json names, aegis as ${JSON.stringify(spec)}; --no below keeps npx from fetching another one.`,
      ];
  return `name: aegis
on:
  pull_request:
  push:
    branches: [main]

permissions:
  contents: read
  pull-requests: write # for the comment

jobs:
  evals:
    runs-on: ubuntu-latest
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@v5
      - uses: actions/setup-node@v5
        with:
          node-version: 26
      ${install.join("\n      ")}
      - run: npm install

      # The store that the last run on main left behind: it holds the baseline.
      - uses: actions/cache/restore@v4
        with:
          path: .aegis
          key: aegis-main-\${{ github.run_id }}
          restore-keys: aegis-main-

      - name: Hold the pull request against main
        if: github.event_name == 'pull_request'
        env:
          GITHUB_TOKEN: \${{ secrets.GITHUB_TOKEN }}
        run: |
          # Before the first run on main there is nothing to compare with.
          if npx --no aegis eval baseline show first; then compare="--compare main --fail-on regressed"; fi
          npx --no aegis eval run --suite first $compare --junit aegis-junit.xml --pr-comment

      - name: Make this run the baseline
        if: github.event_name == 'push'
        run: npx --no aegis eval run --suite first --set-baseline main --junit aegis-junit.xml
      - uses: actions/cache/save@v4
        if: github.event_name == 'push'
        with:
          path: .aegis
          key: aegis-main-\${{ github.run_id }}

      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: aegis
          path: aegis-junit.xml
          if-no-files-found: ignore
`;
}
