/** Login profiles, on one stack. */
import './around.ts';
import './passkeys.ts';
import './saved.ts';
import './stale.ts';
