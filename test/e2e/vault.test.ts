/** The vault, on one stack: what it is for, where nothing of it is, and what faults leave. */
import './vault/everywhere.ts';
import './vault/faults.ts';
import './vault/forks.ts';
