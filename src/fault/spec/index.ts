// What a case may say of faults: all that reading a suite takes.
export { checkFault, faultSchema, faultsSchema, parseFaults } from "../parse-faults.ts";
export { type FaultProfile, listProfiles, profileFaults } from "../profiles/profiles.ts";
