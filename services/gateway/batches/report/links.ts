/** Addresses that a report gives; undefined where the gateway does not know under which one people reach it. */
export interface ReportLinks {
  /** The page of a run. */
  run(id: string): string | undefined;
  /** A picture, by its path below `/artifacts/`. */
  picture(path: string): string | undefined;
  /** The page of the batch itself, where there is one. */
  batch?(id: string): string | undefined;
}
