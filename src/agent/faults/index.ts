export { boundaryFaults } from "./boundary-faults.ts";
