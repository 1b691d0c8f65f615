/*
 * Links that answer a question of a run: what stands in them, and what signs that. Nothing is stored of a link. A token has
 * one form alone, of 80 characters, so that no other text is the same token.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** The question that a link answers, and until when. */
export interface LinkedQuestion {
  runId: string;
  attempt: number;
  step: number;
  /** Epoch ms. */
  until: number;
}

export interface AnswerTokens {
  sign(question: LinkedQuestion): string;
  /** Undefined of a text that was not signed with this key. Says nothing of the time. */
  read(token: string): LinkedQuestion | undefined;
}

/** Matches tokens, also inside of other texts. */
export const ANSWER_TOKEN = /[\w-]{80}/;

const [ID_BYTES, NUMBER_BYTES, TIME_BYTES] = [16, 4, 6];
const BODY_BYTES = ID_BYTES + 2 * NUMBER_BYTES + TIME_BYTES;
/** So many fill whole groups of base64: no bit is left over that could be changed. */
const TAG_BYTES = 30;

/** `databaseKey` has other uses, so what signs here is derived from it. */
export function createAnswerTokens(databaseKey: Uint8Array): AnswerTokens {
  const key = createHmac('sha256', databaseKey).update('ghostly answer link').digest();
  const tagOf = (body: Buffer) => createHmac('sha256', key).update(body).digest().subarray(0, TAG_BYTES);
  return {
    sign(question) {
      const body = bodyOf(question);
      return Buffer.concat([body, tagOf(body)]).toString('base64url');
    },
    read(token) {
      const bytes = Buffer.from(token, 'base64url');
      if (bytes.length !== BODY_BYTES + TAG_BYTES || bytes.toString('base64url') !== token) return undefined;
      const body = bytes.subarray(0, BODY_BYTES);
      return timingSafeEqual(tagOf(body), bytes.subarray(BODY_BYTES)) ? questionIn(body) : undefined;
    },
  };
}

function bodyOf({ runId, attempt, step, until }: LinkedQuestion): Buffer {
  const body = Buffer.alloc(BODY_BYTES);
  body.write(runId.replaceAll('-', ''), 0, 'hex');
  body.writeUInt32BE(attempt, ID_BYTES);
  body.writeUInt32BE(step, ID_BYTES + NUMBER_BYTES);
  body.writeUIntBE(until, ID_BYTES + 2 * NUMBER_BYTES, TIME_BYTES);
  return body;
}

const questionIn = (body: Buffer): LinkedQuestion => ({
  runId: body.toString('hex', 0, ID_BYTES).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
  attempt: body.readUInt32BE(ID_BYTES),
  step: body.readUInt32BE(ID_BYTES + NUMBER_BYTES),
  until: body.readUIntBE(ID_BYTES + 2 * NUMBER_BYTES, TIME_BYTES),
});

/** The address of the page that answers. The token stands in its fragment, which browsers send to nobody. */
export const answerUrl = (origin: string, token: string): string =>
  new URL(`/#/answer/${token}`, origin).href;

/** The one that people are given, if the service has several public URLs. */
export const urlForPeople = (publicUrls: readonly string[]): string | undefined =>
  publicUrls.find((url) => url.startsWith('https:')) ?? publicUrls[0];
