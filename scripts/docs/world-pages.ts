export { conditionsPage } from "./conditions-page.ts";
export { faultsPage } from "./faults-page.ts";
export { worldsPage } from "./worlds-page.ts";
