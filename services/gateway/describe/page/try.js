// Sends the calls of this page to the gateway that serves it: as who is signed in here, or with a key that is typed.
const make = (name, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
};

/** The text of an answer; a stream goes on until it is stopped. */
const SHOWN = 200_000;
let typedKey = '';

/** A browser that is signed in has a cookie, which a key outranks. */
const credentials = () => (typedKey === '' ? {} : { 'X-Api-Key': typedKey });

const read = async (path) => {
  const answer = await fetch(path, { headers: credentials() });
  return answer.ok ? answer.json() : undefined;
};

/** Who is asking, and what to put in place of the ids of the examples. */
const findOwn = async () => {
  const me = await read('/v1/auth/me').catch(() => undefined);
  if (me === undefined) return { replace: (text) => text };
  const [projects, runs] = await Promise.all([read('/v1/projects'), read('/v1/runs?limit=1')]);
  const ids = { project: projects?.[0]?.id, run: runs?.[0]?.id };
  const { samples } = document.querySelector('main').dataset;
  const replace = (text) =>
    Object.entries(JSON.parse(samples)).reduce(
      (left, [sample, kind]) => (ids[kind] ? left.replaceAll(sample, ids[kind]) : left),
      text,
    );
  return { email: me.user.email, replace };
};

let own;
const forms = new Set();
const askAgain = () => {
  own = findOwn();
  own.then((found) => {
    for (const form of forms) form.tell(found);
  });
  return own;
};

const field = (label, input) => make('label', {}, make('span', { textContent: label }), input);
const text = (value) => make('input', { value, spellcheck: false, autocomplete: 'off' });

function whoView() {
  const sentAs = make('span');
  const key = text(typedKey);
  key.className = 'key';
  key.placeholder = 'gly_…';
  key.addEventListener('change', () => {
    typedKey = key.value.trim();
    for (const form of forms) form.keyField.value = typedKey;
    void askAgain();
  });
  const view = make('div', { className: 'try-who' }, sentAs, field('Or by an API key', key));
  const sayWho = (email) => {
    sentAs.replaceChildren(
      ...(email === undefined
        ? [
            'Nobody is signed in here: give an API key, or ',
            make('a', { href: '/', textContent: 'sign in' }),
            '.',
          ]
        : [
            'Sent as ',
            make('strong', { textContent: email }),
            typedKey === '' ? ', who is signed in here.' : ', by this key.',
          ]),
    );
  };
  return { view, sayWho, key };
}

/** The text of an answer as far as it has come; JSON on several lines. */
async function show(answer, output, signal) {
  const type = answer.headers.get('content-type') ?? '';
  if (!/json|text|event-stream|javascript/.test(type)) {
    const { size } = await answer.blob();
    output.textContent = `${size.toLocaleString('en')} bytes of ${type || 'an unknown type'}`;
    return;
  }
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let all = '';
  for (;;) {
    const { value, done } = (await reader?.read()) ?? { done: true };
    if (done || signal.aborted || all.length > SHOWN) break;
    all += value;
    output.textContent = all;
  }
  // What goes on is not read any further.
  await reader?.cancel();
  if (all.length > SHOWN) output.append('\n… and more');
  else if (/json/.test(type)) output.textContent = JSON.stringify(JSON.parse(all), null, 2);
}

/** What a form sends: a path of this server, whatever is typed, since credentials go nowhere else. */
function requestOf({ method, headers }, { target, content }) {
  const url = new URL(target.value, location.origin);
  if (url.origin !== location.origin) throw new Error(`the address has to begin with ${location.origin}`);
  const own = { ...headers, ...(content && { 'Content-Type': 'application/json' }), ...credentials() };
  return new Request(url, { method, headers: own, ...(content && { body: content.value }) });
}

async function send(call, fields, { status, answer, output, stop }, { signal }) {
  const begun = performance.now();
  answer.hidden = true;
  stop.hidden = false;
  status.classList.remove('is-bad');
  status.textContent = 'Sent …';
  try {
    const reply = await fetch(requestOf(call, fields), { signal });
    status.textContent = `${reply.status} ${reply.statusText} after ${Math.round(performance.now() - begun)} ms`;
    status.classList.toggle('is-bad', !reply.ok);
    output.textContent = '';
    answer.hidden = false;
    await show(reply, output, signal);
  } catch (error) {
    if (signal.aborted) status.textContent += ', stopped';
    else status.textContent = `Not sent: ${error.message}`;
    status.classList.toggle('is-bad', !signal.aborted);
  }
  stop.hidden = true;
}

function resultView() {
  const status = make('p', { className: 'try-status' });
  status.setAttribute('role', 'status');
  const output = make('code');
  const answer = make('pre', { hidden: true, tabIndex: 0 }, output);
  const stop = make('button', { type: 'button', textContent: 'Stop', hidden: true });
  return { status, output, answer, stop };
}

function fieldsOf({ path, body }) {
  const rows = Math.min(14, (body ?? '').split('\n').length + 1);
  const content = body && make('textarea', { value: body, spellcheck: false, rows });
  return { target: text(path), content };
}

function formOf(call) {
  const who = whoView();
  const fields = fieldsOf(call);
  const result = resultView();
  const { target, content } = fields;
  const submit = make('button', { type: 'submit', textContent: `Send ${call.method}` });
  const hint = call.method === 'GET' ? '' : 'This is carried out, not only tried.';
  const form = make(
    'form',
    { className: 'try' },
    ...[who.view, field('Address', target), content ? field('Body', content) : ''],
    make('p', { className: 'try-send' }, submit, result.stop, hint),
    ...[result.status, result.answer],
  );
  let sending = new AbortController();
  result.stop.addEventListener('click', () => sending.abort());
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    sending.abort();
    sending = new AbortController();
    void send(call, fields, result, sending);
  });
  const tell = ({ email, replace }) => {
    who.sayWho(email);
    // The target of a DELETE is always typed by hand.
    if (call.method === 'DELETE') return;
    for (const one of [target, content]) if (one) one.value = replace(one.value);
  };
  return Object.assign(form, { tell, keyField: who.key });
}

for (const example of document.querySelectorAll('.example[data-call]')) {
  const figure = example.querySelector('figure.code');
  const button = make('button', { type: 'button', textContent: 'Try it' });
  button.setAttribute('aria-expanded', 'false');
  button.setAttribute('aria-label', `Try it: ${example.querySelector('.example-head').textContent}`);
  let form;
  button.addEventListener('click', async () => {
    if (form === undefined) {
      form = formOf(JSON.parse(example.dataset.call));
      forms.add(form);
      figure.after(form);
      const found = await (own ?? askAgain());
      form.tell(found);
    } else form.hidden = !form.hidden;
    button.setAttribute('aria-expanded', String(!form.hidden));
  });
  figure.querySelector('figcaption').append(button);
}

for (const address of document.querySelectorAll('.address')) address.textContent = location.origin;
