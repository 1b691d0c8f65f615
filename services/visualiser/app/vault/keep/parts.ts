/* What editors of flows have of the vault, as one script. */
export { readTemplates } from '../vault.ts';
export { KeepValues } from './keep-values.tsx';
