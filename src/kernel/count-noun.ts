/** "1 trial", "3 trials" */
export function countNoun(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`;
}
