/** Playwright's traces, on one stack: how they are read, what they show of killed runs, what of them runs nowhere. */
import './playwright-trace/reading.ts';
import './playwright-trace/kills.ts';
import './playwright-trace/hostile.ts';
