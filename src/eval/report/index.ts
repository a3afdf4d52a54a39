export { commentMarker } from "./comment-marker.ts";
export { cutText, indented, padText } from "./fit-text.ts";
export { type Paint, paintWith } from "./paint.ts";
export { renderGithubAnnotations } from "./render-github-annotations.ts";
export { renderJunit } from "./render-junit.ts";
export { renderMarkdown, renderStepSummary } from "./render-markdown.ts";
export { renderTerminal, type TerminalSection } from "./render-terminal.ts";
export { toJsonReport } from "./to-json-report.ts";
export { upsertPullRequestComment } from "./upsert-pull-request-comment.ts";
