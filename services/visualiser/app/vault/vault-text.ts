import { partText } from '../text/text.ts';
import { englishVault } from './en.ts';

/** The texts of the vault in the user's language. */
export const vaultText = partText('vault', englishVault);
