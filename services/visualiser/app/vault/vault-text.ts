import { partText } from '../text/text.ts';

/** The texts of the vault in the user's language. */
export const vaultText = partText('vault');
