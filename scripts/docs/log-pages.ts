export { detectorsPage } from "./detectors-page.ts";
export { eventsPage } from "./events-page.ts";
