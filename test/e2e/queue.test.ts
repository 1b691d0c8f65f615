/** Runs that wait, on one stack. At first there is a gateway alone, then a supervisor; runners come and go. */
import './queue/no-runner.ts';
import './queue/limits.ts';
