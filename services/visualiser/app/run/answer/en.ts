/** Texts of the form in which a person answers a run. */
export const englishAnswer = {
  title: 'This run asks you something',
  optional: '(optional)',
  yes: 'Yes',
  no: 'No',
  choose: 'Choose…',
  send: 'Answer',
  confirm: 'It is done',
  sending: 'Sending…',
  sent: 'Answered. The run goes on.',
  left: (time: string) => `Time to answer: ${time}.`,
  over: 'The time to answer is over.',
  secret: 'Nobody can read it back.',
  answeredBy: (who: string, at: string) => `${who} has answered it at ${at}.`,
  someUser: 'Another user',
  someLink: 'A person with a link',
};
export type AnswerTexts = typeof englishAnswer;
