/** What operators see of one run across all processes, on one stack. */
import './traces/spans.ts';
import './traces/logs.ts';
import './traces/broken.ts';
