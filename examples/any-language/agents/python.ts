import { defineAgent } from "aegis";

/** A program in another language: started once per turn, standard library only. */
export default defineAgent({ name: "any-language", version: "1-python", command: ["python3", "agent.py"] });
