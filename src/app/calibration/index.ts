export { calibrate, type CalibrationRequest, type CalibrationResult, saveCalibration } from "../calibrate.ts";
