import { z } from 'zod';
import { doneSchema } from '../accounts/accounts.ts';
import type { Endpoint } from '../endpoint.ts';
import { STARTING } from '../runs/endpoints.ts';
import { startHeaders, startReply } from '../runs/start.ts';
import { projectParams } from '../secrets/secrets.ts';
import * as profile from './profiles.ts';

/** The rights of secrets: owners make and delete them, operators begin runs with them. */
const [USE, WRITE] = [
  { access: 'secrets:use', onProject: true },
  { access: 'secrets:write', onProject: true },
] as const;

/** Login profiles. */
export const PROFILE_ENDPOINTS = {
  listProfiles: {
    summary: 'List the login profiles of a project by name',
    description: 'Never what is saved in one: nobody can read that back.',
    method: 'GET',
    path: '/v1/projects/:id/profiles',
    ...USE,
    params: projectParams,
    replies: { 200: z.array(profile.profileSchema) },
    errors: ['no_vault'],
  },
  putProfile: {
    summary: 'Make a login profile, or give one other settings',
    description:
      'The whole of it is given each time. Nothing is saved in a new one: start a run that logs in with `profile: {name, apply: false, save: "on_pass"}`, or let it log in, if it has a flow for that.',
    method: 'PUT',
    path: '/v1/projects/:id/profiles/:name',
    ...WRITE,
    params: profile.profileParams,
    body: profile.profileBody,
    replies: { 200: profile.profileSchema },
    errors: ['no_vault', 'too_many_profiles'],
  },
  deleteProfile: {
    summary: 'Delete a login profile, and all that is saved in it; runs that name it fail',
    method: 'DELETE',
    path: '/v1/projects/:id/profiles/:name',
    ...WRITE,
    params: profile.profileParams,
    replies: { 200: doneSchema },
  },
  logIn: {
    summary: 'Start a run of the login flow of a profile, which saves its login once it has passed',
    description:
      'It begins logged out, and ends with the check of the profile, if that has one. Runs that have the profile to themselves are waited for.',
    method: 'POST',
    path: '/v1/projects/:id/profiles/:name/login',
    ...USE,
    andAccess: 'runs:write',
    params: profile.profileParams,
    headers: startHeaders,
    body: profile.logInBody,
    replies: { 202: startReply },
    sends: ['Idempotent-Replayed'],
    errors: STARTING,
  },
  restoreProfile: {
    summary: 'Let runs begin with an older version of a login profile',
    method: 'POST',
    path: '/v1/projects/:id/profiles/:name/restore',
    ...WRITE,
    params: profile.profileParams,
    body: profile.restoreProfileBody,
    replies: { 200: profile.profileSchema },
  },
} as const satisfies Record<string, Endpoint>;
