/* What a run asks of a browser, and how its artifacts are named. */
import type { Artifacts, HandedOver } from '#shared/adapters/artifacts/artifacts.ts';
import type { Flow } from '#shared/domain/flow/flow.ts';
import type { RunFields } from '#shared/platform/log/run-fields.ts';
import type { ShowLive } from './live-show.ts';
import type { PageState } from './page-state/page-state.ts';
import type { AnswerValues, FoundResult } from './results/step-values.ts';
import type { RunVault } from './vault/run-vault.ts';

export interface OpenRequest {
  runId: string;
  /** Runs of different projects do not share a browser, unless the operator allows it. */
  projectId: string;
  flow: Flow;
  /** Has the run's redactor, also if it opens nothing. */
  vault: RunVault;
  /** What people have answered, for templates. */
  answers: AnswerValues;
  /** Where it begins, if that is not an empty page; it has these results then. */
  begins?: { page: PageState; results: readonly FoundResult[] } | undefined;
  /** It has a virtual authenticator. */
  passkeys?: boolean | undefined;
  artifacts: Pick<Artifacts, 'put' | 'discard'>;
  epoch: number;
  uploadFolders: readonly string[] | undefined;
  /** Epoch ms, by the database's clock. */
  now(): number;
  /** The fields that the log has of the run. */
  logFields: RunFields;
  /** Undefined: its pages cannot be watched live. */
  showLive?: ShowLive | undefined;
  /** Raised when the run needs no browser any more. */
  abandoned?: AbortSignal;
}

/** Keeps an artifact of the run, and resolves with its path. */
export type Keep = (name: string, type: string, content: Uint8Array | HandedOver) => Promise<string>;

/** The file name alone identifies the run: clients of the original use only the last part of the path. */
export const nameOf = ({ runId, epoch }: OpenRequest, name: string, type: string) =>
  `${epoch}-${name}-${runId}.${type}`;

export const keeperOf =
  (request: OpenRequest): Keep =>
  (name, type, content) =>
    request.artifacts.put(request.runId, nameOf(request, name, type), content);
