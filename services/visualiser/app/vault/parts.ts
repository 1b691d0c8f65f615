/* What is shown of the vault, as one script: each that comes on demand by itself makes those that come first smaller and more. */
export { KeepValues } from './keep/keep-values.tsx';
export { readTemplates } from './vault.ts';
export { VaultView } from './view.tsx';
