// What every run is shown with; files, GitHub and pull requests need the rest of the room.
export { renderTerminal, type TerminalSection } from "../render-terminal.ts";
export { toJsonReport } from "../to-json-report.ts";
