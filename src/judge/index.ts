export { CALIBRATION_RULE, calibrateJudge, type CalibrateOptions } from "./calibrate-judge.ts";
export {
  type Calibration,
  type CalibrationReport,
  calibrationRecord,
  type CalibrationRule,
  isGating,
  parseCalibration,
} from "./calibration.ts";
export { createJudge, type JudgeOptions } from "./create-judge.ts";
export type {
  Judge,
  JudgeIdentity,
  JudgeInput,
  JudgePass,
  JudgePassFailure,
  JudgeQuote,
  JudgeReport,
  ScoreSpread,
} from "./judge.ts";
export { type Label, readLabels } from "./read-labels.ts";
export { type Transcript, type TranscriptLine, transcriptOfMessages, transcriptOfText } from "./transcript.ts";
export { transcriptOfRun } from "./transcript-of-run.ts";
