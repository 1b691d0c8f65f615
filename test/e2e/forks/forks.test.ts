/** Runs that are forked off others, on one stack. */
import './carried.ts';
