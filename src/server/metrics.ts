import type { MetricFamily, MetricSample } from "./prometheus-text.ts";

/** Seconds; the last bucket is without end. */
const BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Durations {
  readonly counts: number[];
  sumSeconds: number;
  count: number;
}

/** What a process counts for itself. */
export class Metrics {
  /** Events written to streams. */
  eventsSent = 0;
  inFlight = 0;
  readonly #spans = { taken: 0, refused: 0 };
  readonly #requests = new Map<string, { readonly route: string; readonly status: number; count: number }>();
  readonly #durations = new Map<string, Durations>();

  countRequest(route: string, status: number, durationMs: number): void {
    const key = `${status} ${route}`;
    const entry = this.#requests.get(key) ?? { route, status, count: 0 };
    entry.count += 1;
    this.#requests.set(key, entry);
    const durations = this.#durations.get(route) ?? { counts: BUCKETS.map(() => 0), sumSeconds: 0, count: 0 };
    const seconds = durationMs / 1_000;
    const bucket = BUCKETS.findIndex((upper) => seconds <= upper);
    if (bucket >= 0) durations.counts[bucket] = (durations.counts[bucket] ?? 0) + 1;
    durations.sumSeconds += seconds;
    durations.count += 1;
    this.#durations.set(route, durations);
  }

  countSpans({ taken, refused }: { readonly taken: number; readonly refused: number }): void {
    this.#spans.taken += taken;
    this.#spans.refused += refused;
  }

  families(): MetricFamily[] {
    return [
      {
        name: "aegis_http_requests_total",
        help: "Requests answered, by route and status.",
        type: "counter",
        samples: [...this.#requests.values()].map(({ route, status, count }) => ({
          labels: { route, status: String(status) },
          value: count,
        })),
      },
      {
        name: "aegis_http_request_duration_seconds",
        help: "Time to an answer; for streams, to their first bytes.",
        type: "histogram",
        samples: [...this.#durations].flatMap(([route, durations]) => durationSamples(route, durations)),
      },
      {
        name: "aegis_http_requests_in_flight",
        help: "Requests being answered.",
        type: "gauge",
        samples: [{ value: this.inFlight }],
      },
      {
        name: "aegis_stream_events_total",
        help: "Events written to streams.",
        type: "counter",
        samples: [{ value: this.eventsSent }],
      },
      {
        name: "aegis_spans_total",
        help: "Spans that others' telemetry sent.",
        type: "counter",
        samples: Object.entries(this.#spans).map(([result, value]) => ({ labels: { result }, value })),
      },
    ];
  }
}

function durationSamples(route: string, { counts, sumSeconds, count }: Durations): MetricSample[] {
  let upTo = 0;
  const buckets = BUCKETS.map((upper, index) => {
    upTo += counts[index] ?? 0;
    return { suffix: "_bucket", labels: { route, le: String(upper) }, value: upTo };
  });
  return [
    ...buckets,
    { suffix: "_bucket", labels: { route, le: "+Inf" }, value: count },
    { suffix: "_sum", labels: { route }, value: sumSeconds },
    { suffix: "_count", labels: { route }, value: count },
  ];
}
