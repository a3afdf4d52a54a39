import { AegisError } from "../kernel/index.ts";
import { meanAndVariance } from "./mean-and-variance.ts";

/** "pooled" divides each coordinate by its standard deviation over all vectors, so that units do not matter. */
export type VectorScale = "none" | "pooled";

/**
 * Table of Euclidean distances between vectors.
 *
 * @param vectors at least one, of one length >= 1, finite numbers
 * @param scale a coordinate that never changes adds nothing either way
 * @throws {AegisError} "stats.bad_sample" when the vectors are not such
 */
export function euclideanDistances(vectors: readonly (readonly number[])[], scale: VectorScale): number[][] {
  const length = vectors[0]?.length ?? 0;
  const index = vectors.findIndex((vector) => vector.length !== length || !vector.every(Number.isFinite));
  if (length === 0 || index >= 0) {
    throw new AegisError("stats.bad_sample", `Vectors must be finite and of one length; see number ${index}`, {
      details: { index },
    });
  }
  const weights = Array.from({ length }, (_, coordinate) => {
    if (scale === "none") return 1;
    const variance = meanAndVariance(vectors.map((vector) => vector[coordinate]!)).variance;
    return variance ? 1 / Math.sqrt(variance) : 0;
  });
  return vectors.map((first) =>
    vectors.map((second) =>
      Math.hypot(...weights.map((weight, coordinate) => weight * (first[coordinate]! - second[coordinate]!))),
    ),
  );
}
