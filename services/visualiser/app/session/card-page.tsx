import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { whyUnread } from '../frame/outage-notice.tsx';
import { Empty, Skeleton } from '../kit/empty.tsx';
import { Icon } from '../kit/icon.tsx';
import { isNotForUser, isNoVault, usePolledList } from './polled-list.ts';
import { problemText } from './problem-text.ts';
import { ProjectPage } from './project-page.tsx';
import { projectOf, type projects, projectsRead } from './projects.ts';
import type { ProjectView } from './route.ts';

const LOOK_MS = 3_000;

interface CardPageWords {
  title: string;
  lead: string;
  add: string;
  none: string;
  noneLead: string;
  noProject: string;
  failed: string;
  /** The user may not even see the list. */
  notAllowed: string;
  /** The user may see it, and change nothing. */
  listOnly?: string;
  more?: string;
}

type ProjectRole = (typeof projects.value)[number]['role'];

export interface CardsOf<Item, Asked> {
  project: string;
  found: readonly Item[];
  /** The user may change what is listed. */
  mayChange: boolean;
  /** Opens a dialog. */
  ask(asked: Asked): void;
  /** Something of it is different now. */
  lookAgain(): void;
}

interface CardPageProps<Item, Asked> {
  view: ProjectView;
  /** The one that the address names; without one, the user's first. */
  project: string | undefined;
  words: CardPageWords;
  read(project: string, limit: number, signal: AbortSignal): Promise<Item[]>;
  sizes?: { first: number; more: number; most: number };
  mayChange(role: ProjectRole | undefined): boolean;
  /** What is asked for a new one. */
  adding: Asked;
  renderCard(item: Item, cards: CardsOf<Item, Asked>): ComponentChildren;
  renderDialog(asked: Asked, cards: CardsOf<Item, Asked>, onClose: () => void): ComponentChildren;
}

/** What a project has of a kind, one card each, with a dialog for what is asked. It owns which one is open. */
export function CardPage<Item, Asked>(props: CardPageProps<Item, Asked>) {
  return (
    <ProjectPage view={props.view} project={props.project} words={props.words}>
      {(id) => <OfProject key={id} {...props} project={id} />}
    </ProjectPage>
  );
}

function OfProject<Item, Asked>(props: CardPageProps<Item, Asked> & { project: string }) {
  const { view, project, words, read, sizes, mayChange } = props;
  const { found, error, hasMore, lookAgain, showMore } = usePolledList(
    (limit, signal) => read(project, limit, signal),
    { everyMs: LOOK_MS, key: `${view} ${project}`, ...(sizes && { sizes }) },
  );
  const [asked, setAsked] = useState<Asked>();
  if (isNoVault(error)) return <Empty title={problemText(error)} />;
  if (isNotForUser(error)) return <Empty title={words.notAllowed} />;
  if (!found) return error ? <Empty title={words.failed} lead={whyUnread()} /> : <Skeleton lines={6} />;
  const cards: CardsOf<Item, Asked> = {
    project,
    found,
    mayChange: mayChange(projectOf(project)?.role),
    ask: (next) => setAsked(() => next),
    lookAgain,
  };
  function close(): void {
    // A dialog that gave way to another one says so afterwards.
    setAsked((current) => (current === asked ? undefined : current));
    lookAgain();
  }
  return (
    <>
      <Cards {...props} cards={cards} />
      {hasMore && (
        <button type="button" class="button" onClick={showMore}>
          {words.more}
        </button>
      )}
      {asked !== undefined && props.renderDialog(asked, cards, close)}
    </>
  );
}

interface CardsProps<Item, Asked> extends CardPageProps<Item, Asked> {
  cards: CardsOf<Item, Asked>;
}

function Cards<Item, Asked>({ words, adding, renderCard, cards }: CardsProps<Item, Asked>) {
  const { found, mayChange, ask } = cards;
  const listOnly = projectsRead.value && !mayChange ? words.listOnly : undefined;
  const add = mayChange && (
    <button type="button" class="button primary" onClick={() => ask(adding)}>
      <Icon name="plus" />
      {words.add}
    </button>
  );
  if (found.length === 0)
    return (
      <Empty title={words.none} lead={listOnly ?? words.noneLead}>
        {add}
      </Empty>
    );
  return (
    <>
      <p class="page-lead">
        <span>
          {words.lead} {listOnly}
        </span>
        {add}
      </p>
      <ul class="card-list">{found.map((item) => renderCard(item, cards))}</ul>
    </>
  );
}
