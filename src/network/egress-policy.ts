/** Where a trial's requests may go; what is not named is refused. */
export interface EgressPolicy {
  readonly allow: readonly EgressRule[];
}

export interface EgressRule {
  /** `api.example.com`, `*.example.com` (any name below it), or an address. */
  readonly host: string;
  /** 443 and 80 unless told. */
  readonly ports?: readonly number[];
  /** The host's own loopback and private addresses are refused, whatever name leads there, unless this says otherwise. */
  readonly isPrivate?: boolean;
}
