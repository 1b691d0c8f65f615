/** An error as clients see it: its HTTP status and texts. `text` is sent unless `es` (or `en`) applies. */
interface ErrorEntry {
  status: number;
  text: string;
  es: string;
  /** Only where `text` is not English. */
  en?: string;
}

/** Every error of the HTTP contract by its stable code. Texts do not change: clients recognise errors by them. */
export const ERRORS = {
  validation: { status: 400, text: 'validation error', es: 'validación' },
  hidden_values: {
    status: 400,
    text: 'the flow has [REDACTED] in place of hidden values: enter them again',
    es: 'el flujo tiene [REDACTED] en lugar de valores ocultos: escríbelos de nuevo',
  },
  secrets_of_another: {
    status: 400,
    text: 'the flow has secrets that another user wrote: give your own',
    es: 'el flujo tiene secretos que escribió otra persona: da los tuyos',
  },
  upgrade_required: {
    status: 426,
    text: 'this is for a WebSocket',
    es: 'esto es para un WebSocket',
  },
  no_picture: {
    status: 409,
    text: 'the run shows no page now',
    es: 'la ejecución no muestra ninguna página ahora',
  },
  invalid_json: { status: 400, text: 'invalid JSON body', es: 'cuerpo JSON inválido' },
  credentials_required: {
    status: 400,
    text: 'email and password are required',
    es: 'email y password requeridos',
  },
  label_required: { status: 400, text: 'label is required', es: 'label requerido' },
  project_required: { status: 400, text: 'project is required', es: 'project requerido' },
  wrong_password: {
    status: 400,
    text: 'the current password is wrong',
    es: 'la contraseña actual no es correcta',
  },
  too_many_invitations: {
    status: 400,
    text: 'too many pending invitations',
    es: 'demasiadas invitaciones pendientes',
  },
  invalid_project: { status: 400, text: 'invalid project', es: 'project inválido' },
  subscription_too_wide: {
    status: 400,
    text: 'more than 64 projects: name those to hear of with projects=…',
    es: 'más de 64 proyectos: indica los que quieres oír con projects=…',
  },
  too_many_projects: {
    status: 400,
    text: 'too many projects: delete one first',
    es: 'demasiados proyectos: elimina uno antes',
  },
  too_many_memberships: {
    status: 400,
    text: 'the user is in as many projects as a user may be',
    es: 'el usuario está en tantos proyectos como puede',
  },
  too_many_members: {
    status: 400,
    text: 'the project has as many members as it may have',
    es: 'el proyecto tiene tantos miembros como puede',
  },
  too_many_keys: {
    status: 400,
    text: 'too many API keys: delete one first',
    es: 'demasiadas API Keys: elimina una antes',
  },
  too_many_webhooks: {
    status: 400,
    text: 'too many webhooks: delete one first',
    es: 'demasiados webhooks: elimina uno antes',
  },
  too_many_secrets: {
    status: 400,
    text: 'too many secrets: delete one first',
    es: 'demasiados secretos: elimina uno antes',
  },
  too_many_profiles: {
    status: 400,
    text: 'too many login profiles: delete one first',
    es: 'demasiados perfiles de inicio de sesión: elimina uno antes',
  },
  too_many_schedules: {
    status: 400,
    text: 'too many schedules: delete one first',
    es: 'demasiadas programaciones: elimina una antes',
  },
  too_many_batches: {
    status: 409,
    text: 'too many batches of this project go on: wait for one, or cancel it',
    es: 'demasiados lotes de este proyecto en curso: espera a uno, o cancélalo',
  },
  batch_final: { status: 409, text: 'the batch has ended', es: 'el lote ya ha terminado' },
  unauthorized: { status: 401, text: 'unauthorized', es: 'no autorizado' },
  invalid_credentials: { status: 401, text: 'invalid credentials', es: 'credenciales inválidas' },
  invalid_token: {
    status: 401,
    text: 'invalid or expired token',
    es: 'token inválido o expirado',
  },
  session_expired: {
    status: 401,
    text: 'session expired, please log in again',
    es: 'sesión expirada, vuelve a iniciar sesión',
  },
  invalid_api_key: { status: 401, text: 'invalid API key', es: 'API Key inválida' },
  cross_site: {
    status: 403,
    text: 'only pages of this gateway may sign a browser in',
    es: 'solo las páginas de esta puerta de enlace pueden iniciar la sesión de un navegador',
  },
  forbidden: { status: 403, text: 'forbidden', es: 'prohibido' },
  admins_create_users: {
    status: 403,
    text: 'only an admin can create users',
    es: 'solo el admin puede crear usuarios',
  },
  answer_links_off: {
    status: 403,
    text: 'the project allows no answers by link',
    es: 'el proyecto no permite responder por enlace',
  },
  not_found: { status: 404, text: 'not found', es: 'no encontrado' },
  not_cancelled: { status: 404, text: 'the run was not cancelled', es: 'el run no fue cancelado' },
  run_not_found: { status: 404, text: 'run not found', es: 'run no encontrado' },
  method_not_allowed: { status: 405, text: 'method not allowed', es: 'método no permitido' },
  not_asked: {
    status: 409,
    text: 'the run does not wait for an answer',
    es: 'la ejecución no espera ninguna respuesta',
  },
  already_answered: {
    status: 409,
    text: 'the question was answered already',
    es: 'la pregunta ya tiene respuesta',
  },
  not_pausable: {
    status: 409,
    text: 'the run is over or being stopped',
    es: 'la ejecución ha terminado o se está deteniendo',
  },
  too_many_orders: {
    status: 409,
    text: 'people have asked too much of this run',
    es: 'se ha pedido demasiado a esta ejecución',
  },
  not_paused: { status: 409, text: 'the run is not paused', es: 'la ejecución no está en pausa' },
  already_resumed: {
    status: 409,
    text: 'the run goes on already',
    es: 'la ejecución ya se ha reanudado',
  },
  no_checkpoints: {
    status: 409,
    text: 'the run keeps no checkpoints: its flow has to say checkpoints: true',
    es: 'la ejecución no guarda puntos de control: su flujo debe decir checkpoints: true',
  },
  no_checkpoint: {
    status: 409,
    text: 'the page of the run at this step is not kept',
    es: 'la página de la ejecución en este paso no está guardada',
  },
  step_not_done: {
    status: 409,
    text: 'the run has not done the step before this one',
    es: 'la ejecución no ha hecho el paso anterior a este',
  },
  run_final: { status: 409, text: 'run ya finalizó', en: 'run already finished', es: 'run ya finalizó' },
  idempotency_in_flight: {
    status: 409,
    text: 'a request with this Idempotency-Key is still in flight',
    es: 'una petición con esta Idempotency-Key sigue en curso',
  },
  last_admin: {
    status: 409,
    text: 'the last admin cannot be removed',
    es: 'no se puede eliminar al último administrador',
  },
  last_owner: {
    status: 409,
    text: 'a project keeps at least one owner',
    es: 'un proyecto conserva al menos un propietario',
  },
  webhook_disabled: {
    status: 409,
    text: 'the webhook is disabled: enable it first',
    es: 'el webhook está desactivado: actívalo antes',
  },
  webhook_without_url: {
    status: 409,
    text: 'the webhook has no URL: its messages are read, not sent',
    es: 'el webhook no tiene URL: sus mensajes se leen, no se envían',
  },
  email_taken: { status: 409, text: 'email already registered', es: 'email ya registrado' },
  too_many_flows: {
    status: 409,
    text: 'the project has as many named flows as it may have',
    es: 'el proyecto tiene tantos flujos con nombre como puede',
  },
  version_mismatch: {
    status: 412,
    text: 'it has another version than the one named',
    es: 'tiene otra versión que la indicada',
  },
  secret_exists: {
    status: 412,
    text: 'there is a secret with this name already',
    es: 'ya hay un secreto con este nombre',
  },
  no_viewer: {
    status: 404,
    text: 'there is no viewer of traces: download the trace',
    es: 'no hay visor de trazas: descarga la traza',
  },
  link_over: {
    status: 410,
    text: 'the time to answer is over',
    es: 'el tiempo para responder se ha acabado',
  },
  artifact_refused: {
    status: 410,
    text: 'the artifact is lost: the object store refused it',
    es: 'el artefacto se perdió: el almacén lo rechazó',
  },
  body_too_large: { status: 413, text: 'body too large', es: 'cuerpo demasiado grande' },
  range_not_satisfiable: {
    status: 416,
    text: 'range not satisfiable',
    es: 'rango no satisfacible',
  },
  unsupported_encoding: {
    status: 415,
    text: 'unsupported content encoding',
    es: 'codificación de contenido no admitida',
  },
  idempotency_mismatch: {
    status: 422,
    text: 'this Idempotency-Key was used with another body',
    es: 'esta Idempotency-Key se usó con otro cuerpo',
  },
  too_many_runs: { status: 429, text: 'too many runs', es: 'demasiadas ejecuciones' },
  too_many_streams: {
    status: 429,
    text: 'too many open streams and waiting requests, close some first',
    es: 'demasiados streams abiertos y peticiones en espera, cierra alguno antes',
  },
  too_many_requests: {
    status: 429,
    text: 'too many requests at once, wait for the answers to some',
    es: 'demasiadas peticiones a la vez, espera la respuesta a algunas',
  },
  too_many_logins: {
    status: 429,
    text: 'too many login attempts, try again later',
    es: 'demasiados intentos de inicio de sesión, inténtalo más tarde',
  },
  unknown_host: {
    status: 421,
    text: 'this server does not answer to that Host: set GHOSTLY_PUBLIC_URL',
    es: 'este servidor no responde a ese Host: defina GHOSTLY_PUBLIC_URL',
  },
  too_many_consumers: {
    status: 429,
    text: 'too many durable consumers',
    es: 'demasiados consumidores duraderos',
  },
  internal: { status: 500, text: 'internal error', es: 'error interno' },
  not_implemented: {
    status: 501,
    text: 'assisted flows are not available yet',
    es: 'los flujos asistidos aún no están disponibles',
  },
  no_self_update: {
    status: 501,
    text: 'this server does not update itself',
    es: 'este servidor no se actualiza a sí mismo',
  },
  no_subscribers: {
    status: 501,
    text: 'this server takes no subscribers over NATS',
    es: 'este servidor no admite suscriptores por NATS',
  },
  no_vault: {
    status: 501,
    text: 'this server takes no secrets: set GHOSTLY_SEAL_PUBLIC_KEY',
    es: 'este servidor no admite secretos: defina GHOSTLY_SEAL_PUBLIC_KEY',
  },
  artifact_pending: {
    status: 503,
    text: 'the artifact is not in the store yet, try again',
    es: 'el artefacto aún no está en el almacén, inténtalo de nuevo',
  },
  store_unavailable: {
    status: 503,
    text: 'the artifact store is out of reach, try again',
    es: 'el almacén de artefactos no está disponible, inténtalo de nuevo',
  },
  database_unavailable: {
    status: 503,
    text: 'the database is out of reach, try again',
    es: 'la base de datos no está accesible, inténtalo de nuevo',
  },
  not_ready: { status: 503, text: 'not ready', es: 'no está listo' },
} satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERRORS;
