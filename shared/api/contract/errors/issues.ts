import { textsOf } from '#shared/domain/events/codes.ts';
import { FLOW_ISSUES } from '#shared/domain/flow/issues.ts';
import { SECRET_OF_ANOTHER } from '../runs/asked-secrets.ts';

/** The issues that our own schemas and handlers report, in both languages. For zod's own see `issue-words.ts`. */
export const ISSUES = textsOf({
  ...FLOW_ISSUES,
  not_email: { en: 'must be an e-mail address', es: 'debe ser una dirección de correo' },
  not_uuid: { en: 'must be a UUID', es: 'debe ser un UUID' },
  not_whole_number: { en: 'must be a whole number', es: 'debe ser un número entero' },
  not_ids: {
    en: 'must be none, or up to 64 ids separated by commas',
    es: 'debe ser none, o hasta 64 ids separados por comas',
  },
  not_from_link: { en: 'must come from a Link header', es: 'debe venir de una cabecera Link' },
  unknown_parameter: { en: 'is not a parameter of this endpoint', es: 'no es un parámetro de este endpoint' },
  repeated: { en: 'must be given once', es: 'debe darse una sola vez' },
  no_year: { en: 'must be a year from 1 on', es: 'debe ser un año a partir del 1' },
  ids_and_filter: { en: 'takes ids or a filter, not both', es: 'acepta ids o un filtro, no ambos' },
  nothing_selected: { en: 'needs ids, a filter, or all: true', es: 'necesita ids, un filtro o all: true' },
  no_concurrency_key: { en: 'needs a concurrencyKey', es: 'necesita una concurrencyKey' },
  not_webhook_url: {
    en: 'must be an http or https URL without credentials',
    es: 'debe ser una URL http o https sin credenciales',
  },
  not_allowed_url: {
    en: 'leads where the egress policy of this Ghostly does not allow connections',
    es: 'lleva adonde la política de egress de este Ghostly no permite conexiones',
  },
  url_or_listen: { en: 'needs a url, or listen: true', es: 'necesita una url, o listen: true' },
  not_origin: {
    en: 'must be an origin, e.g. https://login.example.com: scheme, host and port, and nothing behind it',
    es: 'debe ser un origen, p. ej. https://login.example.com: esquema, host y puerto, y nada detrás',
  },
  no_such_step: {
    en: 'is not a step of the flow',
    es: 'no es un paso del flujo',
  },
  beside_profile: {
    en: 'must not be given beside a profile that is exclusive: that says it',
    es: 'no debe darse junto a un perfil que es exclusive: lo dice él',
  },
  no_such_profile: {
    en: 'names a login profile that this project does not have',
    es: 'nombra un perfil de inicio de sesión que este proyecto no tiene',
  },
  no_login_flow: {
    en: 'needs a profile with a flow that logs in',
    es: 'necesita un perfil con un flujo que inicie sesión',
  },
  login_with_inputs: {
    en: 'needs a flow without inputs: it logs in with secrets of the project',
    es: 'necesita un flujo sin entradas: inicia sesión con secretos del proyecto',
  },
  check_elsewhere: {
    en: 'is of another site: its check is on another origin than baseUrl',
    es: 'es de otro sitio: su comprobación está en otro origen que baseUrl',
  },
  no_such_saved_version: {
    en: 'is not a version of this profile that is kept',
    es: 'no es una versión de este perfil que se conserve',
  },
  not_a_cron: {
    en: 'must be a cron pattern of five fields: minute, hour, day of the month, month, day of the week',
    es: 'debe ser un patrón cron de cinco campos: minuto, hora, día del mes, mes, día de la semana',
  },
  cron_with_seconds: {
    en: 'must be a cron pattern of five fields: there are no seconds',
    es: 'debe ser un patrón cron de cinco campos: no hay segundos',
  },
  never_due: { en: 'is never due', es: 'no se cumple nunca' },
  not_time_zone: {
    en: 'must be an IANA time zone, such as Europe/Berlin, or UTC',
    es: 'debe ser una zona horaria de IANA, como Europe/Berlin, o UTC',
  },
  ends_before: { en: 'must be later than the beginning', es: 'debe ser posterior al comienzo' },
  in_future: { en: 'must not be in the future', es: 'no debe estar en el futuro' },
  too_many_times: {
    en: 'selects more than 1,000 times: take a shorter time',
    es: 'selecciona más de 1.000 momentos: toma un tiempo más corto',
  },
  secret_in_clear: {
    en: 'would be typed as a secret, and is kept in clear until then: use a secret of the vault, or say "secret": false where it is typed',
    es: 'se escribiría como secreto, y hasta entonces se guarda sin cifrar: usa un secreto del proyecto, o pon "secret": false donde se escribe',
  },
  too_many_tests: {
    en: 'make more than 1,000 tests: start several batches',
    es: 'hacen más de 1.000 pruebas: inicia varios lotes',
  },
  beside_definition: {
    en: 'must not be given beside a definition',
    es: 'no debe darse junto a una definición',
  },
  no_such_secret: {
    en: 'names a secret that this project does not have, or has of another kind',
    es: 'nombra un secreto que este proyecto no tiene, o que tiene de otra clase',
  },
  not_totp_uri: {
    en: 'must be an otpauth://totp/ URI of 6 to 8 digits, and a period of 15 to 120 seconds',
    es: 'debe ser una URI otpauth://totp/ de 6 a 8 cifras, y un periodo de 15 a 120 segundos',
  },
  not_label: {
    en: 'must be 1 to 63 of a-z, 0-9, ".", "_" and "-", and begin and end with a letter or digit',
    es: 'debe tener de 1 a 63 caracteres de a-z, 0-9, «.», «_» y «-», y empezar y acabar con una letra o cifra',
  },
  field_of_start: {
    en: 'belongs to the start of a run, not to a named flow',
    es: 'es del inicio de una ejecución, no de un flujo con nombre',
  },
  beside_flow: {
    en: 'must not be given beside flow: the named flow says it',
    es: 'no debe darse junto a flow: lo dice el flujo con nombre',
  },
  flow_of_project: {
    en: 'needs a project: flows are named in a project',
    es: 'necesita un project: los flujos tienen nombre en un proyecto',
  },
  not_combined: {
    en: 'cannot be combined with the other filters that were given',
    es: 'no puede combinarse con los otros filtros que se dieron',
  },
  flow_or_context: { en: 'must not be given with flow', es: 'no debe darse con flow' },
  no_such_flow: { en: 'names a flow that there is not', es: 'nombra un flujo que no existe' },
  no_such_version: {
    en: 'names a version that the flow does not have, or not any more',
    es: 'nombra una versión que el flujo no tiene, o ya no',
  },
  secret_in_flow: {
    en: 'would be kept in a named flow: use an input or a secret of the project, or say "secret": false where it is typed',
    es: 'quedaría guardado en un flujo con nombre: usa una entrada o un secreto del proyecto, o pon "secret": false donde se escribe',
  },
  password_in_flow: {
    en: 'must have no password: a named flow holds none',
    es: 'no debe tener contraseña: un flujo con nombre no guarda ninguna',
  },
  flow_too_large: {
    en: 'must have at most 262,144 characters of JSON',
    es: 'debe tener como mucho 262.144 caracteres de JSON',
  },
  not_flow_name: {
    en: 'must be 1 to 100 of a-z, 0-9, ".", "_" and "-", and begin with a letter or digit',
    es: 'debe tener de 1 a 100 caracteres de a-z, 0-9, «.», «_» y «-», y empezar por una letra o cifra',
  },
  not_version_tag: {
    en: 'must be a version in quotes, such as "7"',
    es: 'debe ser una versión entre comillas, como "7"',
  },
  not_star: { en: 'must be *', es: 'debe ser *' },
  secret_of_another: SECRET_OF_ANOTHER,
  secret_inside: {
    en: 'contains a secret that another user wrote: replace it with your own',
    es: 'contiene un secreto que escribió otra persona: sustitúyelo por uno tuyo',
  },
  secret_uncovered: {
    en: 'would show a value that is secret so far',
    es: 'mostraría un valor que hasta ahora es secreto',
  },
  new_secret: {
    en: 'may mark nothing as secret: the page of this run was opened without',
    es: 'no puede marcar nada como secreto: la página de esta ejecución se abrió sin secretos',
  },
  no_such_value: { en: 'is not a value of this flow', es: 'no es un valor de este flujo' },
  placeholder: {
    en: 'must not be the placeholder of a secret',
    es: 'no debe ser el texto que sustituye a un secreto',
  },
  shows_secret: { en: 'would show values marked as secret', es: 'mostraría valores marcados como secretos' },
  not_visible_ascii: {
    en: 'must be 1 to 255 visible ASCII characters',
    es: 'debe tener de 1 a 255 caracteres ASCII visibles',
  },
  not_one_line: {
    en: 'must be one line, without control characters and marks of text direction',
    es: 'debe ser una sola línea, sin caracteres de control ni marcas de dirección del texto',
  },
  not_future: { en: 'must be in the future', es: 'debe estar en el futuro' },
  unstorable: {
    en: 'must not contain NUL characters or unpaired surrogates',
    es: 'no debe contener caracteres NUL ni sustitutos UTF-16 sin pareja',
  },
});
export type IssueCode = keyof typeof ISSUES;

const isCode = (message: string): message is IssueCode => Object.hasOwn(ISSUES, message);

/** The text of an issue by its code; a message of zod's own is returned unchanged. */
export const issueText = (message: string, language: 'en' | 'es' = 'en'): string =>
  isCode(message) ? ISSUES[message][language] : message;
