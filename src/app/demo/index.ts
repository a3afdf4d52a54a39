export { openDemo, playSecondAct, type SecondAct } from "../demo.ts";
