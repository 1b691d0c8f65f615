import type { ServerReach, System } from '#shared/api/contract/service/system.ts';
import { formatAge } from '#shared/domain/words/duration.ts';
import { Icon } from '../kit/icon.tsx';
import { clockText } from '../text/moment.ts';
import { systemWords } from './words.ts';

const SERVERS = ['database', 'nats'] as const;

interface ServersProps {
  system: System;
  now: number;
  /** How long the gateway took for what is shown, ms. */
  answerMs: number | undefined;
}

/** How PostgreSQL, NATS and the gateways answer, and since when. */
export function ServersSection({ system: { servers, gateways }, now, answerMs }: ServersProps) {
  const { system: words } = systemWords.value;
  return (
    <section aria-labelledby="servers-title">
      <h2 id="servers-title">{words.servers}</h2>
      <ul class="supervisors">
        {SERVERS.map((name) => {
          const server = servers[name];
          return server && <Server key={name} name={name} server={server} now={now} />;
        })}
        {gateways.map((gateway) => (
          <Gateway key={gateway.id} gateway={gateway} now={now} />
        ))}
      </ul>
      {answerMs !== undefined && <p class="soft">{words.answeredIn(latencyText(answerMs))}</p>}
    </section>
  );
}

interface ServerProps {
  name: (typeof SERVERS)[number];
  server: ServerReach;
  now: number;
}

function Server({ name, server: { answers, since, latencyMs }, now }: ServerProps) {
  const { system: words } = systemWords.value;
  return (
    <li class="card server" data-server={name} data-answers={answers}>
      <strong>{words.serverNames[name]}</strong>
      <Condition isGood={answers}>{answers ? words.answers : words.away}</Condition>
      {answers && latencyMs !== undefined && (
        <span class="soft">{words.latency(latencyText(latencyMs))}</span>
      )}
      <time class="soft" dateTime={since} title={clockText(since)}>
        {words.forSo(formatAge(Math.max(0, now - Date.parse(since))))}
      </time>
    </li>
  );
}

function Gateway({ gateway, now }: { gateway: System['gateways'][number]; now: number }) {
  const { system: words } = systemWords.value;
  const { id, condition, startedAt, seenAt, servers, host, pid } = gateway;
  return (
    <li class="card server" data-gateway={id} data-condition={condition}>
      <strong>{words.gateway}</strong>
      <code>{id.slice(0, 8)}</code>
      <Condition isGood={condition === 'alive'}>{words.conditions[condition]}</Condition>
      {condition === 'alive' ? (
        <>
          {SERVERS.map((name) => {
            const server = servers[name];
            return server && <Reaches key={name} name={words.serverNames[name]} server={server} />;
          })}
          <span class="soft">
            {words.up} {formatAge(Math.max(0, now - Date.parse(startedAt)))}
          </span>
        </>
      ) : (
        <span class="is-error">{words.heardAgo(formatAge(Math.max(0, now - Date.parse(seenAt))))}</span>
      )}
      {pid !== undefined && (
        <span class="soft">
          {host} · {pid}
        </span>
      )}
    </li>
  );
}

function Reaches({ name, server: { answers, latencyMs } }: { name: string; server: ServerReach }) {
  const { system: words } = systemWords.value;
  if (!answers) return <span class="is-error">{words.reachesNot(name)}</span>;
  return latencyMs === undefined ? null : (
    <span class="soft">
      {name} {latencyText(latencyMs)}
    </span>
  );
}

function Condition({ isGood, children }: { isGood: boolean; children: string }) {
  return (
    <span class={`badge condition-${isGood ? 'alive' : 'lost'}`}>
      <Icon name={isGood ? 'check' : 'warning'} size={13} />
      {children}
    </span>
  );
}

const latencyText = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
