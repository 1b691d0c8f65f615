import { type Rule, violation } from './facts.ts';

/** I10: what the flows fill in, and the keys, are found nowhere: not in answers, events, messages, logs or tables. */
export const secretsStayHidden: Rule = ({ entries, setting }) => {
  const texts = entries.filter(({ kind }) => kind !== 'setting').map((entry) => JSON.stringify(entry));
  const all = texts.join('\n');
  return setting.secrets
    .filter((secret) => all.includes(secret))
    .flatMap((secret) =>
      texts
        .filter((text) => text.includes(secret))
        .slice(0, 3)
        .map((text) => violation('I10', `${secret} is shown`, undefined, excerpt(text, secret))),
    );
};

const excerpt = (text: string, secret: string) => {
  const at = text.indexOf(secret);
  return `${text.slice(0, 100)} … ${text.slice(Math.max(0, at - 120), at + secret.length + 60)}`;
};
