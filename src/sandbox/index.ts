export type { CapturedOutput, ProgramEnd, Sandbox, SandboxProgram, SandboxProvider } from "./sandbox.ts";
