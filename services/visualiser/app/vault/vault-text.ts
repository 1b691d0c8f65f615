import { computed } from '@preact/signals';
import { language } from '../session/preferences.ts';
import { englishVault } from './en.ts';
import { spanishVault } from './es.ts';

/** The texts of the vault in the user's language; both come with its script, which is loaded when it is wanted. */
export const vaultText = computed(() => (language.value === 'es' ? spanishVault : englishVault));
