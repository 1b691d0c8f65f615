/*
 * What a flow names of the vault: `${secrets.shop.password}`, `${secrets.token}`, `${totp.shop}`. Only a `fill` types them,
 * whatever its `secret` says. The values are no part of the flow. Pure.
 */
import type { Flow } from './flow.ts';
import type { Step } from './step.ts';
import { parseTemplate, type TemplateReference } from './template.ts';

/** What a secret of the vault is: one text, a user with a password, or the seed of one-time codes. */
export const SECRET_KINDS = ['text', 'login', 'totp'] as const;
export type SecretKind = (typeof SECRET_KINDS)[number];

/** The value of a login that is meant. */
type LoginField = 'username' | 'password';

/** A name in the vault, as a template says it. */
export interface VaultName {
  root: 'secrets' | 'totp';
  name: string;
  /** Missing of a text and of a code. */
  field?: LoginField;
}

/** A name in the vault and where a flow has it: `steps.3.value`. */
export interface VaultReference extends VaultName {
  path: (string | number)[];
}

type Steps = Pick<Flow, 'steps' | 'onCancel'>;

/** Everything that a flow names of the vault, in its order. */
export const vaultReferencesOf = (flow: Steps): VaultReference[] =>
  (['steps', 'onCancel'] as const).flatMap((list) =>
    (flow[list] ?? []).flatMap((step, index) =>
      vaultNamesIn(step).map((name) => ({ ...name, path: [list, index, 'value'] })),
    ),
  );

/** The kind that a secret needs to have for what is named of it. */
export function kindNamedBy({ root, field }: VaultName): SecretKind {
  if (root === 'totp') return 'totp';
  return field === undefined ? 'text' : 'login';
}

/** What a step names of the vault. */
export function vaultNamesIn(step: Step): VaultName[] {
  if (step.action !== 'fill') return [];
  return (parseTemplate(step.value) ?? []).flatMap((part) => {
    if (typeof part === 'string' || !namesVault(part)) return [];
    const [name, field] = part.path;
    return [{ root: part.root, name: name!, ...(field !== undefined && { field: field as LoginField }) }];
  });
}

/** Whether a template names something of the vault. */
export const namesVault = <Reference extends TemplateReference>(
  reference: Reference,
): reference is Reference & { root: VaultName['root'] } =>
  reference.root === 'secrets' || reference.root === 'totp';

/** The next code may have to be waited for, which takes up to two periods of most seeds. ms. */
const CODE_WAIT_MS = 60_000;

/** How long a step may take, each try of it, ms: by default the flow's time, and more if it types a code. */
/** How long keeping what a run needs to be parked may take, before it asks. */
const KEEP_MS = 5_000;

export function stepTimeMs(step: Step, { defaultTimeoutMs }: Pick<Flow, 'defaultTimeoutMs'>): number {
  // How long a person has time does not count.
  if (step.action === 'ask') return defaultTimeoutMs + KEEP_MS;
  const typesCode = vaultNamesIn(step).some(({ root }) => root === 'totp');
  return step.timeoutMs ?? defaultTimeoutMs + (typesCode ? CODE_WAIT_MS : 0);
}
