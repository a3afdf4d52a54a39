/** What callers, exit codes and people need to know of one kind of failure. */
export interface CatalogueEntry {
  readonly http: number;
  /** sysexits.h: 64 usage, 65 data, 66 no input, 69 unavailable, 70 internal, 74 I/O, 75 try again, 77 not permitted, 78 config. 2 = could not measure. */
  readonly exit: number;
  readonly retry: boolean;
  readonly fix: string;
}
