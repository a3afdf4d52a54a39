/** How a piece of work ended, as a value. */
export async function settle<Result>(
  work: Promise<Result>,
): Promise<{ readonly result: Result } | { readonly error: unknown }> {
  try {
    return { result: await work };
  } catch (error) {
    return { error };
  }
}
