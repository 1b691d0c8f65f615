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
  /** The pattern of an `expect`. */
  pattern: 500,
  note: 500,
  /** What a dialog is answered with. */
  dialog: 2_000,
  /** A JSON Schema, in characters of JSON. */
  schema: 16_384,
  columns: 50,
  retries: 5,
  retryDelayMs: 60_000,
  /** All inputs of a run, in bytes of JSON. */
  inputs: 65_536,
  /** One result of a run, in bytes of JSON. */
  result: 65_536,
  /** All results of a run, in bytes of JSON. */
  results: 262_144,
  /** What an `ask` step says, its fields, and their labels and options. */
  askText: 2_000,
  askFields: 20,
  askLabel: 200,
  /** All fields of a question, in characters of JSON. */
  askSize: 20_000,
  defaultAskTimeoutMs: 600_000,
  askTimeoutMs: 86_400_000,
  /** How long a run keeps its browser while it waits for a person, unless its flow says. */
  parkAfterMs: 120_000,
  /** One value of an answer. */
  answer: 4_000,
  goal: 4_000,
  mark: 200,
  defaultTimeoutMs: 30_000,
  maxTimeoutMs: 120_000,
  contextId: 200,
  project: 200,
} as const;
