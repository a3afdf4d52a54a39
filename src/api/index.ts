export { publicEvent, type PublicRunEvent } from "./public-event.ts";
