/** Size limits of a flow. Strings are counted in UTF-16 units, times in milliseconds. */
export const FLOW_LIMITS = {
  steps: 25,
  selector: 2_000,
  value: 100_000,
  url: 4_096,
  key: 64,
  files: 20,
  options: 100,
  /** How many of each kind a `verify` step has. */
  conditions: 10,
  goal: 4_000,
  mark: 200,
  defaultTimeoutMs: 30_000,
  maxTimeoutMs: 120_000,
  contextId: 200,
  project: 200,
} as const;
