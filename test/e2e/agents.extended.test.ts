/** Callers that misuse what they are given, on one stack. */
import './agents/misuse.ts';
