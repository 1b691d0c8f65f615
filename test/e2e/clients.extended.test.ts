/** Older clients, on one stack. */
import './clients/compat.ts';
