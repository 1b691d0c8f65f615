/** What is judged by the clock, or takes both cores, on one stack; each suite starts its own runners. */
import './by-the-clock/orphan.ts';
import './by-the-clock/floods.ts';
import './by-the-clock/lights.ts';
