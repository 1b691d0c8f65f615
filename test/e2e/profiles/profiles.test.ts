/** Login profiles, on one stack. */
import './saved.ts';
import './stale.ts';
