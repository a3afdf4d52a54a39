import { resolve } from "node:path";
import type { AssistantMessage, CaseWorld, RecordedTake, ToolReplay } from "../../domain/index.ts";
import { AegisError, offerNames } from "../../kernel/index.ts";
import { readToolCassette } from "../cassette/read-tool-cassette.ts";
import type { CaseInput } from "./case-schema.ts";

type ReplayInput = NonNullable<NonNullable<CaseInput["world"]>["replay"]>;

/**
 * Reads the cassette a case names; where the model is recorded too, model and user say again what they said.
 *
 * @throws {AegisError} "io.not_found", "replay.bad_cassette", or "case.bad_file" for a recorded run that is not in it
 */
export function finishReplay(
  { cassette: written, onMiss = "fail", pace = "none", model, take: wanted }: ReplayInput,
  { folder, where }: { readonly folder: string; readonly where: string },
): Pick<CaseWorld, "replay" | "modelReplay" | "userReplay"> {
  const path = resolve(folder, written);
  const { tools, takes } = readToolCassette(path);
  const played = takes.find(({ name }) => wanted === undefined || name === wanted);
  if (!played) {
    const offer = offerNames(
      wanted ?? "",
      takes.map(({ name }) => name),
    );
    throw new AegisError("case.bad_file", `${where}: ${written} holds no take ${JSON.stringify(wanted)}${offer}`);
  }
  const replay: ToolReplay = { onMiss, pace, tools, takes: [played, ...takes.filter((take) => take !== played)] };
  return model === undefined ? { replay } : saidAgain(replay, played);
}

/** The world in which model and user say again what another of the cassette's recorded runs holds; undefined without it. */
export function playTake(world: CaseWorld, name: string): CaseWorld | undefined {
  const take = world.replay?.takes.find((each) => each.name === name);
  if (!world.replay || !take) return undefined;
  const takes = [take, ...world.replay.takes.filter((each) => each !== take)];
  return { ...world, ...saidAgain({ ...world.replay, takes }, take) };
}

function saidAgain(replay: ToolReplay, take: RecordedTake): Pick<CaseWorld, "replay" | "modelReplay" | "userReplay"> {
  return { replay, modelReplay: [answersOf(take)], userReplay: [take.turns.map(({ user }) => user)] };
}

/** The AI SDK keeps no message for an empty answer, and the replayed model would say it again and again. */
function answersOf({ turns }: RecordedTake): AssistantMessage[] {
  return turns.flatMap(({ steps }) =>
    steps.flatMap((step) => {
      if (!("model" in step)) return [];
      const isEmpty = step.model.content === "" && !step.model.toolRequests?.length;
      return [isEmpty ? { ...step.model, content: " " } : step.model];
    }),
  );
}
