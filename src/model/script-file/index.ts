// A door of its own: the reader of YAML is not loaded into every trial of an agent that imports `aegis/model`.
export { readScript } from "../read-script.ts";
