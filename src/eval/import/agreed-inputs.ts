import { canonicalJson, isJsonObject, type Json } from "../../kernel/index.ts";
import { badFormat, type RecordedTrial } from "../../trace/recorded/index.ts";

/** Share of words that two wordings of one task have in common; unrelated tasks share well under half. */
const SHARED_WORDS_MIN = 0.7;

interface Version {
  readonly file: string;
  readonly where: string;
  readonly input: string;
  readonly solution: string;
  readonly value: Json;
}

/**
 * The distinct questions that trials with one id were asked: one, or several wordings of one task, for benchmarks mend
 * a sentence between releases; none where no trial says.
 *
 * Within a file only the question must agree: recorders may write the expected actions after replaying them, with
 * values that the replay changed.
 *
 * @throws {AegisError} "import.bad_format" when the id stands for different tasks
 */
export function agreedInputs(id: string, trials: readonly RecordedTrial[]): Json[] {
  const versions: Version[] = [];
  let last: RecordedTrial | undefined;
  for (const trial of trials) {
    const { file, where, task } = trial;
    if (!task) continue;
    const isSameFile = last?.file === file;
    // Rows of one file often share the very same task: nothing to compare.
    const isSeen = isSameFile && last?.task === task;
    last = trial;
    if (isSeen) continue;
    const input = canonicalJson(task.input);
    const next = { file, where, input, solution: canonicalJson(task.solution), value: task.input };
    const [first] = versions;
    if (first) refuseOtherTask(id, { first, next, isSameFile });
    if (!versions.some((version) => version.input === input)) versions.push(next);
  }
  return versions.toSorted((left, right) => (left.input < right.input ? -1 : 1)).map((version) => version.value);
}

function refuseOtherTask(
  id: string,
  { first, next, isSameFile }: { readonly first: Version; readonly next: Version; readonly isSameFile: boolean },
): void {
  if (next.input !== first.input && sharedWords(first.value, next.value) < SHARED_WORDS_MIN) {
    throw otherTask(id, first, next, "asks something else");
  }
  if (!isSameFile && next.solution !== first.solution) throw otherTask(id, first, next, "expects other actions");
}

function otherTask(id: string, first: Version, next: Version, how: string) {
  const advice = "import them as two runs, or give the tasks different ids";
  const what = `task ${id} (${next.where}) ${how} than in ${first.file} (${first.where}): ${advice}`;
  return badFormat(next.file, what, { task: id, otherFile: first.file });
}

/** Of all distinct words, the share found in both. */
function sharedWords(left: Json, right: Json): number {
  const leftWords = new Set(wordsOf(left));
  const rightWords = new Set(wordsOf(right));
  const allCount = new Set([...leftWords, ...rightWords]).size;
  return allCount === 0 ? 1 : [...leftWords].filter((word) => rightWords.has(word)).length / allCount;
}

/** Words of the values alone: the keys are the format's. */
function wordsOf(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(wordsOf);
  if (isJsonObject(value))
    return Object.values(value).flatMap((member) => (member === undefined ? [] : wordsOf(member)));
  return value === null
    ? []
    : (String(value)
        .toLowerCase()
        .match(/[\p{L}\p{N}]+/gu) ?? []);
}
