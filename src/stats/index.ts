export { benjaminiHochberg } from "./benjamini-hochberg.ts";
export { type ClusteredInterval, clusteredInterval } from "./clustered-interval.ts";
export { type KappaResult, cohenKappa } from "./cohen-kappa.ts";
export { commonScale } from "./common-scale.ts";
export { type CommonPoints, onCommonPoints } from "./common-points.ts";
export { type CountComparison, type CountPair, compareCounts } from "./compare-counts.ts";
export { type AgreementCounts, type Category, countAgreement } from "./count-agreement.ts";
export {
  type DiscreteAdjustment,
  type DiscreteTest,
  discreteBenjaminiHochberg,
} from "./discrete-benjamini-hochberg.ts";
export { type EqualRatesOptions, type EqualRatesResult, equalRatesTest } from "./equal-rates-test.ts";
export { energyDistanceTest } from "./energy-distance-test.ts";
export type { DistanceStratum } from "./energy-stratum.ts";
export { energyTestOnDistances } from "./energy-test-on-distances.ts";
export type { VectorScale } from "./euclidean-distances.ts";
export type { FisherResult } from "./fisher-exact.ts";
export type { Interval } from "./interval.ts";
export { jensenShannonDistance } from "./jensen-shannon-distance.ts";
export { kolmogorovSmirnovDistance } from "./kolmogorov-smirnov-distance.ts";
export { type AlphaMetric, type AlphaResult, krippendorffAlpha, type Rating } from "./krippendorff-alpha.ts";
export type { MassPair } from "./assert-masses.ts";
export { massQuantile } from "./mass-quantile.ts";
export { type Changes, mcnemarExact } from "./mcnemar-exact.ts";
export { type MeanDifference, meanDifferenceInterval } from "./mean-difference-interval.ts";
export { median } from "./median.ts";
export { normalQuantile } from "./normal-quantile.ts";
export { passAtK } from "./pass-at-k.ts";
export type { PassCount } from "./pass-count.ts";
export { passHatK } from "./pass-hat-k.ts";
export { type BoundQuestion, passesForBound } from "./passes-for-bound.ts";
export { type Power, type PowerQuestion, powerOf } from "./power-of.ts";
export { quantile } from "./quantile.ts";
export { type SignFlipOptions, type SignFlipResult, signFlipTest } from "./sign-flip-test.ts";
export {
  type EnergyTestOptions,
  type EnergyTestResult,
  stratifiedEnergyTestOnDistances,
} from "./stratified-energy-test-on-distances.ts";
export { stratifiedEnergyTest, type VectorStratum } from "./stratified-energy-test.ts";
export { type SuitePassK, suitePassAtK, suitePassHatK } from "./suite-pass-k.ts";
export { trialsForEvidence } from "./trials-for-evidence.ts";
export { type DropQuestion, type TrialsNeeded, trialsToSee } from "./trials-to-see.ts";
export {
  bootstrapWeights,
  minPermutationP,
  observedWeights,
  permutedWeights,
  type TwoSampleWeights,
} from "./two-sample-weights.ts";
export { wassersteinDistance } from "./wasserstein-distance.ts";
export { weightedJaccardDistance } from "./weighted-jaccard-distance.ts";
export { wilsonInterval } from "./wilson-interval.ts";
