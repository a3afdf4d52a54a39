/** Mean and sample variance (divided by count - 1); undefined variance for a single value. Two passes, so no cancellation. */
export function meanAndVariance(values: readonly number[]): {
  readonly mean: number;
  readonly variance: number | undefined;
} {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { mean, variance: undefined };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  // Equal values may differ from their rounded mean in the last bit; that is no variance.
  const isConstant = values.every((value) => value === values[0]);
  return isConstant ? { mean: values[0]!, variance: 0 } : { mean, variance: squares / (values.length - 1) };
}
