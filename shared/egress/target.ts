/** Where a connection is to lead. */
export interface Target {
  /** A name or a literal address, as in the URL. */
  host: string;
  port: number;
}
