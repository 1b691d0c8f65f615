/** Agents: the MCP server over both transports, driven by the protocol's own client, on one stack. */
import './agents/named-flows.ts';
import './agents/logins.ts';
import './agents/asks.ts';
import './agents/cancels.ts';
import './agents/reading.ts';
import './agents/access.ts';
import './agents/over-http.ts';
import './agents/packed.ts';
import './agents/ends.ts';
