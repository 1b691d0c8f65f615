/* What a ticket about a run needs, as Markdown: nothing that the page of the run does not show. Pure. */
import type { RunDetail } from '#shared/api/client/index.ts';
import { isFinal } from '#shared/domain/run/status.ts';
import type { StepSpan } from '#shared/domain/story/history.ts';
import type { Moment } from '#shared/domain/story/moment.ts';
import { isNotable } from '#shared/domain/story/notable.ts';
import { waitAt } from '#shared/domain/story/wait-of.ts';
import { formatDuration } from '#shared/domain/words/duration.ts';
import { textOfSentences } from '#shared/domain/words/pieces.ts';
import { say } from '#shared/domain/words/say.ts';
import { sayEnd } from '#shared/domain/words/say-end.ts';
import { textOfSaid } from '#shared/domain/words/say-page.ts';
import { describeStep } from '#shared/domain/words/step-text.ts';
import { withoutDirections } from '../../kit/plain-text.ts';
import { hostOf, runNameOf, standingOf } from '../../kit/standing/standing.ts';
import type { Texts } from '../../text/en.ts';
import { linesOf } from '../said/console.ts';

export interface TicketSource {
  run: RunDetail;
  /** The last one. */
  moment: Moment;
  link: string;
}

const MOST_SAID = 20;

export function ticketOf({ run, moment, link }: TicketSource, texts: Texts): string {
  const { run: words, standing } = texts;
  const { step, error } = isFinal(run.status) ? sayEnd(run, moment, texts.words) : {};
  const shown = step ?? (isFinal(run.status) ? undefined : moment.steps.at(-1));
  const said = linesOf(moment.steps).filter((line) => isNotable(line.said));
  return [
    `**${plain(runNameOf(run))}**: ${standing[standingOf(run)]}`,
    '',
    plain(sentenceOf(run, moment, texts)),
    '',
    `- ${words.ticketRun}: ${run.id}`,
    `- ${words.ticketLink}: ${link}`,
    ...(run.flow
      ? [`- ${texts.flow.named}: ${texts.flow.namedVersion(run.flow.name, run.flow.version)}`]
      : []),
    `- ${words.site}: ${hostOf(run.baseUrl)}`,
    `- ${words.started}: ${run.startedAt}`,
    ...(isFinal(run.status) ? [`- ${words.ended}: ${endOf(run)} (${formatDuration(run.durationMs)})`] : []),
    ...(shown ? [`- ${words.stepNow}: ${code(stepText(shown))}`] : []),
    ...fenced(words.error, shown?.error ?? error),
    ...listed(
      words.pageSaid,
      said.map((line) => `${line.step.index + 1}. ${textOfSaid(line.said, texts.words)}`),
    ),
    '',
  ].join('\n');
}

function sentenceOf(run: RunDetail, moment: Moment, { words }: Texts): string {
  if (isFinal(run.status)) return textOfSentences(sayEnd(run, moment, words).sentences);
  const facts = run.waitingFor ?? waitAt(moment);
  return facts ? textOfSentences(say(facts, words, moment.at)) : '';
}

const endOf = ({ startedAt, durationMs }: RunDetail): string =>
  new Date(Date.parse(startedAt) + durationMs).toISOString();

const stepText = ({ index, step }: StepSpan): string => `${index + 1}. ${describeStep(step)}`;

/** A line of plain text: nothing in it is Markdown, or turns round what stands beside it. */
const plain = (text: string): string =>
  withoutDirections(text)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_[\]<>#|~!]/g, String.raw`\$&`);

function code(text: string): string {
  const ticks = ticksFor(text, 1);
  return `${ticks} ${withoutDirections(text).replaceAll(/\s+/g, ' ')} ${ticks}`;
}

/** So many backticks that the text cannot end them. */
function ticksFor(text: string, least: number): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  return '`'.repeat(Math.max(least, longest + 1));
}

function fenced(title: string, text: string | undefined): string[] {
  if (text === undefined || text === '') return [];
  const ticks = ticksFor(text, 3);
  return ['', `${title}:`, '', ticks, withoutDirections(text), ticks];
}

function listed(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, MOST_SAID).map((line) => `- ${code(line)}`);
  const rest = lines.length - shown.length;
  return ['', `${title}:`, '', ...shown, ...(rest > 0 ? [`- + ${rest}`] : [])];
}
